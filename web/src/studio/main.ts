/** The page's first breath: the worker starts before anything else is fetched, then the page is put together. */

import { startEngine } from "./engine/studio";
import type { News } from "./Root";

let news: News = { known: null, runtime: null, part: 0, failed: null };
const listeners = new Set<() => void>();
const tell = (more: Partial<News>) => {
  news = { ...news, ...more };
  for (const listener of listeners) listener();
};
const wanted = new URLSearchParams(location.search).get("runtime"); // for measuring: ?runtime=wasm or webgpu
const engine = startEngine(
  new URL(".", location.href).href,
  wanted === "wasm" || wanted === "webgpu" ? wanted : null,
  {
    known: (known) => tell({ known }),
    opened: (runtime) => tell({ runtime }),
    progress: (part) => tell({ part }),
    failed: (failed) => tell({ failed }),
  },
);
engine.open(new URLSearchParams(location.hash.slice(1)).get("model") ?? "");

import("./page").then(({ show }) =>
  show(
    engine,
    () => news,
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  ),
);
