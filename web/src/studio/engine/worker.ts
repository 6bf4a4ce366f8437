/** The worker: it opens a model and draws what is ordered, the stage first, so that the page itself never waits. */

import { enlarged } from "../core/enlarge";
import { listModels, readAbout } from "./files";
import { type Generator, openGenerator, type Started, startRuntime } from "./generator";
import type { FromWorker, Order, ToWorker } from "./messages";

const MOST_RECENT = 200;
const STAGE = "stage"; // the place that is drawn before all others

let generator: Generator | null = null;
let starting: Promise<Started> | null = null;
let opening = 0;
let working = false;
let shownBefore = false;
const orders = new Map<string, Order>();
const recent = new Map<string, Uint8ClampedArray<ArrayBuffer>>(); // of the opened model

const say = (message: FromWorker, transfer: Transferable[] = []) => postMessage(message, { transfer });

addEventListener("message", (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  if (message.type === "open") {
    open(message).catch((error: unknown) => say({ type: "failed", message: words(error) }));
  } else {
    orders.set(message.order.place, message.order);
    work();
  }
});

async function open(message: Extract<ToWorker, { type: "open" }>): Promise<void> {
  const turn = ++opening;
  starting ??= startRuntime(message.runtime);
  generator = null;
  orders.clear();
  recent.clear();
  const models = await listModels(message.base);
  const model = models.find((m) => m.name === message.model)?.name ?? models[0]?.name;
  if (model === undefined) throw new Error("there is no model here");
  const about = await readAbout(message.base, model);
  if (turn !== opening) return; // another model was asked for meanwhile
  say({ type: "known", about, models, model });
  const opened = await openGenerator(starting, message.base, model, about, (loaded, total) =>
    say({ type: "progress", loaded, total }),
  );
  if (turn !== opening) return;
  generator = opened;
  say({ type: "opened", runtime: opened.runtime });
  work();
}

async function work(): Promise<void> {
  if (working) return;
  working = true;
  for (let order = nextOrder(); order && generator; order = nextOrder()) {
    const next = order.drawings.shift();
    if (!next) {
      orders.delete(order.place);
      continue;
    }
    const start = performance.now();
    try {
      const known = recent.get(next.key);
      const rgba = known?.slice() ?? (await generator.draw(next.drawing));
      const drawMs = known ? 0 : performance.now() - start;
      if (!known) keepRecent(next.key, rgba.slice());
      const size = generator.about.resolution;
      if (!shownBefore && order.side > size) {
        // The very first is shown before it is enlarged, which takes longest while the code is still cold.
        say({
          type: "drawn",
          place: order.place,
          drawn: { key: next.key, size, rgba: rgba.slice(), side: 0, enlarged: null, drawMs },
        });
      }
      shownBefore = true;
      const large = order.side > size ? enlarged(rgba, size, order.side) : null;
      const drawn = { key: next.key, size, rgba, side: order.side, enlarged: large, drawMs };
      say({ type: "drawn", place: order.place, drawn }, [rgba.buffer, ...(large ? [large.buffer] : [])]);
    } catch (error) {
      say({ type: "failed", message: words(error) });
    }
    await breath();
  }
  working = false;
}

/** The drawing on the stage is also in the history and often in the grid: it is drawn once. */
function keepRecent(key: string, rgba: Uint8ClampedArray<ArrayBuffer>): void {
  recent.set(key, rgba);
  const [oldest] = recent.keys();
  if (recent.size > MOST_RECENT && oldest !== undefined) recent.delete(oldest);
}

function nextOrder(): Order | undefined {
  return orders.get(STAGE) ?? orders.values().next().value;
}

/** Let messages in: a newer order replaces an older one between two drawings. */
function breath(): Promise<void> {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
