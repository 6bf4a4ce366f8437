/** The page's side of the worker: orders go out, pictures come in and are kept while they are likely to be shown again. */

import { type Drawing, keyOf } from "../core/drawing";
import type { About, Listed } from "../core/model";
import type { Drawn, FromWorker, Runtime, ToWorker } from "./messages";
import { Pictures } from "./pictures";

const MOST_PICTURE_BYTES = 96 * 2 ** 20;

/** What is known of the model before it is opened: enough to put the page together. */
export interface Known {
  about: About;
  models: Listed[];
  model: string;
}

export interface Engine {
  open: (model: string) => void;
  /** Have drawings made for a place of the page; those that are known come at once from `picture`. */
  order: (place: string, drawings: readonly Drawing[], side: number) => void;
  picture: (drawing: Drawing, side: number) => Drawn | undefined;
  /** The same as `order`, done when all of them have come. */
  drawnAll: (place: string, drawings: readonly Drawing[], side: number) => Promise<void>;
  /** Be told when pictures have come. */
  subscribe: (listener: () => void) => () => void;
  version: () => number;
  /** How long the last drawing took, in whole ms. */
  drawMs: () => number;
}

export interface Told {
  known: (known: Known) => void;
  opened: (runtime: Runtime) => void;
  progress: (part: number) => void;
  failed: (message: string) => void;
}

export function startEngine(base: string, runtime: Runtime | null, told: Told): Engine {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const send = (message: ToWorker) => worker.postMessage(message);
  const pictures = new Pictures(MOST_PICTURE_BYTES);
  const listeners = new Set<() => void>();
  let model = "";
  let version = 0;
  let drawMs = 0;
  const known = (drawing: Drawing, side: number) => pictures.get(model, keyOf(drawing), side);

  worker.addEventListener("error", (event) => told.failed(event.message || "the worker did not start"));
  worker.addEventListener("message", (event: MessageEvent<FromWorker>) => {
    const message = event.data;
    if (message.type === "known") {
      model = message.model;
      told.known(message);
    } else if (message.type === "opened") told.opened(message.runtime);
    else if (message.type === "progress") told.progress(message.loaded / message.total);
    else if (message.type === "failed") told.failed(message.message);
    else {
      const { drawn } = message;
      pictures.add(model, drawn);
      if (drawn.drawMs > 0) {
        drawMs = Math.ceil(drawn.drawMs);
        const start = performance.now() - drawn.drawMs;
        performance.measure("tachie-draw", { start, duration: drawn.drawMs, detail: message.place });
      }
      version++;
      for (const listener of listeners) listener();
    }
  });

  const order = (place: string, drawings: readonly Drawing[], side: number) => {
    const unknown = drawings.filter((d) => !known(d, side));
    const keyed = unknown.map((drawing) => ({ key: keyOf(drawing), drawing }));
    send({ type: "draw", order: { place, drawings: keyed, side } });
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return {
    open: (name) => send({ type: "open", base, model: name, runtime }),
    order,
    drawnAll: (place, drawings, side) =>
      new Promise((done) => {
        const look = () => {
          if (!drawings.every((d) => known(d, side))) return;
          stop();
          done();
        };
        const stop = subscribe(look);
        order(place, drawings, side);
        look();
      }),
    picture: known,
    subscribe,
    version: () => version,
    drawMs: () => drawMs,
  };
}
