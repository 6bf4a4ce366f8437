import "../shared/style.css";
import "./studio.css";
import { createRoot } from "react-dom/client";
import { currentTheme, showTheme } from "../shared/theme";
import { startEngine } from "./engine/studio";
import { type News, Root } from "./Root";

// The worker first: it fetches and compiles while the page is put together.
let news: News = { opened: null, part: 0, failed: null };
const listeners = new Set<() => void>();
const tell = (more: Partial<News>) => {
  news = { ...news, ...more };
  for (const listener of listeners) listener();
};
const runtime = new URLSearchParams(location.search).get("runtime");
const engine = startEngine(
  new URL(".", location.href).href,
  runtime === "wasm" || runtime === "webgpu" ? runtime : null,
  {
    opened: (opened) => tell({ opened }),
    progress: (part) => tell({ part }),
    failed: (failed) => tell({ failed }),
  },
);
engine.open(new URLSearchParams(location.hash.slice(1)).get("model") ?? "");

showTheme(currentTheme());
const root = document.getElementById("root");
if (root) {
  const listen = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  createRoot(root).render(<Root engine={engine} news={() => news} listen={listen} />);
}
