/** What generator.json says of a model (src/tachie/core/generator.py), and its labels as controls and as numbers. */

import { uniforms } from "./noise";

export interface Group {
  name: string;
  values: string[];
}

export interface About {
  format: string;
  format_version: number;
  model: string;
  resolution: number;
  z_dim: number;
  w_dim: number;
  c_dim: number;
  labels: Group[];
  label_rows: number[][];
  label_row_counts: number[];
  trained_on: { name?: string; rows?: number; rights?: string };
  kimg?: number;
  sha256: Record<string, string>;
}

/** One model that the page can draw with, as models/index.json lists it. */
export interface Listed {
  name: string;
  resolution: number;
  card: boolean;
}

/** A code for each group: the place of its value, or -1 for unknown. */
export type Codes = readonly number[];

export const FORMAT = "tachie-generator";
export const FORMAT_VERSION = 1;
const LABEL_STREAM = 1; // of core/noise; stream 0 is the latent

/**
 * The labels that a seed is drawn with: those `fixed` (-1 where free), and for the rest a row of the training data that
 * agrees with them, drawn by how often it occurs. The same as `Generator.codes` in src/tachie/draw.py.
 */
export function codesOf(about: About, seed: number, fixed: Codes): number[] {
  const agreeing = about.label_rows.map((row) =>
    fixed.reduce((sum, code, g) => sum + (code >= 0 && row[g] === code ? 1 : 0), 0),
  );
  const most = Math.max(...agreeing);
  const weight = (i: number) => (agreeing[i] === most ? (about.label_row_counts[i] ?? 0) : 0);
  let total = 0;
  for (let i = 0; i < agreeing.length; i++) total += weight(i);
  const place = (uniforms(seed, LABEL_STREAM, 1)[0] as number) * total;
  let [edge, picked] = [0, agreeing.length - 1];
  for (let i = 0; i < agreeing.length; i++) {
    edge += weight(i);
    if (edge > place) {
      picked = i;
      break;
    }
  }
  const row = about.label_rows[picked] ?? [];
  return about.labels.map((_, g) => ((fixed[g] ?? -1) >= 0 ? (fixed[g] as number) : (row[g] ?? -1)));
}

/** The one-hot form of codes, c; zeros for every value of an unknown group. */
export function oneHot(about: About, codes: Codes): Float32Array {
  const c = new Float32Array(about.c_dim);
  let start = 0;
  about.labels.forEach((group, g) => {
    const code = codes[g] ?? -1;
    if (code >= 0) c[start + code] = 1;
    start += group.values.length;
  });
  return c;
}

export type Kind = "colours" | "flag" | "scale" | "choice";

/** How a group is best chosen from: flags are no and yes, scales are numbers in order. */
export function kindOf(group: Group): Kind {
  if (group.values.length === 2 && group.values.every((v) => v === "yes" || v === "no")) return "flag";
  if (group.values.length > 2 && group.values.every((v) => v !== "" && Number.isFinite(Number(v))))
    return "scale";
  if (group.values.every((v) => v in COLOURS)) return "colours";
  return "choice";
}

/** What the colour words of the attributes (src/tachie/core/attributes.py) look like on hair and eyes. */
export const COLOURS: Record<string, string> = {
  blonde: "#f2d479",
  brown: "#8a5a3b",
  black: "#2d2a32",
  blue: "#5b8fe0",
  pink: "#f59fb8",
  purple: "#9a70c9",
  green: "#6cb36a",
  red: "#d1483f",
  silver: "#cfd6de",
  white: "#faf7f2",
  orange: "#ee9445",
  aqua: "#6fd3d6",
  grey: "#8f9399",
  yellow: "#f1d24a",
};
