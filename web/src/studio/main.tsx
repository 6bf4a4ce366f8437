import "../shared/style.css";
import { createRoot } from "react-dom/client";
import { currentTheme, showTheme } from "../shared/theme";

showTheme(currentTheme());
const root = document.getElementById("root");
if (root) createRoot(root).render(<h1>tachie studio</h1>);
