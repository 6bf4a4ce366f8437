/** What the page and its worker say to each other. */

import type { Drawing } from "../core/drawing";
import type { About, Listed } from "../core/model";

/** Drawings of one place of the page: a new order for a place replaces what is left of its last one. */
export interface Order {
  place: string;
  drawings: { key: string; drawing: Drawing }[];
  side: number; // px to enlarge to; at most the resolution leaves them as they are
}

export type ToWorker =
  | { type: "open"; base: string; model: string; runtime: Runtime | null }
  | { type: "draw"; order: Order };

export type Runtime = "webgpu" | "wasm";

export interface Drawn {
  key: string;
  size: number;
  rgba: Uint8ClampedArray<ArrayBuffer>; // size x size as drawn, the same on every machine
  side: number;
  enlarged: Uint8ClampedArray<ArrayBuffer> | null; // side x side
  drawMs: number; // 0 where it was known
}

export type FromWorker =
  | { type: "progress"; loaded: number; total: number }
  | { type: "known"; about: About; models: Listed[]; model: string } // what the page needs to be put together
  | { type: "opened"; runtime: Runtime } // from now on it draws
  | { type: "drawn"; place: string; drawn: Drawn }
  | { type: "failed"; message: string };
