import "../shared/style.css";
import "./studio.css";
import "./pictures.css";
import "./panel.css";
import "./texts.css";
import { createRoot } from "react-dom/client";
import { currentTheme, showTheme } from "../shared/theme";
import type { Engine } from "./engine/studio";
import { type News, Root } from "./Root";

/** Put the page together; `listen` tells it when there is news of the model. */
export function show(engine: Engine, news: () => News, listen: (listener: () => void) => () => void): void {
  showTheme(currentTheme());
  const root = document.getElementById("root");
  if (root) createRoot(root).render(<Root engine={engine} news={news} listen={listen} />);
}
