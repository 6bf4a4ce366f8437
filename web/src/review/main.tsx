import "../shared/style.css";
import "./review.css";
import "./side.css";
import "./overlays.css";
import { createRoot } from "react-dom/client";
import { currentTheme, showTheme } from "../shared/theme";
import { App } from "./App";
import { Review } from "./store";

showTheme(currentTheme());
const review = new Review();
void review.start();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App review={review} />);
