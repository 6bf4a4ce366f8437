/** What a key means. What is decided on changes what numbers mean, so that a hand can stay where it is. */

import type { Step } from "./layout";

export type Action =
  | { do: "step"; step: Step; extend: boolean }
  | { do: "choose"; index: number }
  | { do: "keep" }
  | { do: "accept" }
  | { do: "reject" }
  | { do: "clear" }
  | {
      do:
        | "undo"
        | "redo"
        | "similar"
        | "whole"
        | "help"
        | "resort"
        | "all"
        | "none"
        | "larger"
        | "smaller"
        | "back";
    };

const STEPS: Record<string, Step> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  PageUp: "pageup",
  PageDown: "pagedown",
  Home: "home",
  End: "end",
};

/** The keys of choices in order: ten numbers, then letters that nothing else uses. */
export const CHOICE_KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "q", "w", "e", "t", "g", "b"];

export interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

export function actionOf(event: Pressed, choices: number): Action | null {
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.altKey) return null;
  if (command) {
    if (key === "z") return { do: event.shiftKey ? "redo" : "undo" };
    if (key === "y") return { do: "redo" };
    if (key === "a") return { do: "all" };
    return null;
  }
  const step = STEPS[key];
  if (step) return { do: "step", step, extend: event.shiftKey };
  // The row of numbers by its place: other layouts need shift for them.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  const index = CHOICE_KEYS.indexOf(digit ?? key);
  if (index >= 0 && index < choices) return { do: "choose", index };
  switch (key) {
    case " ":
      return { do: "accept" };
    case "k":
      return { do: "keep" };
    case "x":
    case "Delete":
      return { do: "reject" };
    case "Backspace":
    case "c":
      return { do: "clear" };
    case "z":
    case "u":
      return { do: event.shiftKey ? "redo" : "undo" };
    case "y":
      return { do: "redo" };
    case "s":
      return { do: "similar" };
    case "o":
    case "Enter":
      return { do: "whole" };
    case "r":
      return { do: "resort" };
    case "?":
    case "h":
      return { do: "help" };
    case "Escape":
      return { do: "none" };
    case "+":
    case "=":
      return { do: "larger" };
    case "-":
      return { do: "smaller" };
    case "v":
      return { do: "back" };
    default:
      return null;
  }
}
