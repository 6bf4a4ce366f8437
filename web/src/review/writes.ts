/** Writes that must arrive, and the name under which this tab writes. */

import { ApiError } from "../shared/api";

const RETRY_MS = 1000;

/** Write until the server answers, saying each time that it did not; throws only what the server refused. */
export async function insisted<T>(write: () => Promise<T>, unheard: () => void): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (error instanceof ApiError) throw error;
      unheard();
      await new Promise((wait) => setTimeout(wait, RETRY_MS));
    }
  }
}

/** This tab's name, the same after a reload, so that it undoes its own decisions first. */
export function tabName(): string {
  try {
    const known = sessionStorage.getItem("tachie-tab");
    const name = known ?? crypto.randomUUID();
    sessionStorage.setItem("tachie-tab", name);
    return name;
  } catch {
    return crypto.randomUUID();
  }
}
