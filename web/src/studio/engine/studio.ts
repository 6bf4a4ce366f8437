/** The page's side of the worker: orders go out, pictures come in and are kept while they are likely to be shown again. */

import { type Drawing, keyOf } from "../core/drawing";
import type { About, Listed } from "../core/model";
import type { Drawn, FromWorker, Runtime, ToWorker } from "./messages";

const MOST_PICTURES = 400;

export interface Opened {
  about: About;
  models: Listed[];
  model: string;
  runtime: Runtime;
  openMs: number;
}

export interface Engine {
  open: (model: string) => void;
  /** Have drawings made for a place of the page; those that are known come at once from `picture`. */
  order: (place: string, drawings: readonly Drawing[], side: number) => void;
  picture: (drawing: Drawing, side: number) => Drawn | undefined;
  /** Be told when pictures have come. */
  subscribe: (listener: () => void) => () => void;
  version: () => number;
}

export interface Told {
  opened: (opened: Opened) => void;
  progress: (part: number) => void;
  failed: (message: string) => void;
}

export function startEngine(base: string, runtime: Runtime | null, told: Told): Engine {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const send = (message: ToWorker) => worker.postMessage(message);
  const pictures = new Map<string, Drawn>();
  const listeners = new Set<() => void>();
  let model = "";
  let version = 0;
  const idOf = (drawing: Drawing, side: number) => `${model} ${side} ${keyOf(drawing)}`;

  worker.addEventListener("error", (event) => told.failed(event.message || "the worker did not start"));
  worker.addEventListener("message", (event: MessageEvent<FromWorker>) => {
    const message = event.data;
    if (message.type === "opened") {
      model = message.model;
      performance.measure("tachie-open", { start: 0, duration: performance.now() });
      told.opened(message);
    } else if (message.type === "progress") told.progress(message.loaded / message.total);
    else if (message.type === "failed") told.failed(message.message);
    else {
      const { drawn } = message;
      pictures.set(`${model} ${drawn.side} ${drawn.key}`, drawn);
      const [oldest] = pictures.keys();
      if (pictures.size > MOST_PICTURES && oldest !== undefined) pictures.delete(oldest);
      performance.measure("tachie-draw", {
        start: performance.now() - drawn.drawMs,
        duration: drawn.drawMs,
        detail: message.place,
      });
      version++;
      for (const listener of listeners) listener();
    }
  });

  return {
    open: (name) => send({ type: "open", base, model: name, runtime }),
    order: (place, drawings, side) => {
      const unknown = drawings.filter((d) => !pictures.has(idOf(d, side)));
      const keyed = unknown.map((drawing) => ({ key: keyOf(drawing), drawing }));
      send({ type: "draw", order: { place, drawings: keyed, side } });
    },
    picture: (drawing, side) => pictures.get(idOf(drawing, side)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    version: () => version,
  };
}
