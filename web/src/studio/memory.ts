/** What the browser remembers between visits: favourites and history, for each model its own. */

import { read, write } from "../shared/theme";
import { type Drawing, decodeDrawing, encodeDrawing } from "./core/drawing";

export function remember(model: string, what: "history" | "kept", drawings: readonly Drawing[]): void {
  write(`tachie-${what}-${model}`, JSON.stringify(drawings.map(encodeDrawing)));
}

/** The drawings remembered; what is no longer a drawing of this model (`sizes` of its labels) is left out. */
export function remembered(model: string, what: "history" | "kept", sizes: readonly number[]): Drawing[] {
  try {
    const texts: unknown = JSON.parse(read(`tachie-${what}-${model}`) ?? "[]");
    if (!Array.isArray(texts)) return [];
    return texts.flatMap((text) => decodeDrawing(String(text), sizes) ?? []);
  } catch {
    return [];
  }
}
