/** Which key does what: one table, so that the help and the page cannot differ for long. */

export type Command =
  | "anew"
  | "undo"
  | "redo"
  | "favourite"
  | "saveLarge"
  | "saveExact"
  | "share"
  | "one"
  | "grid"
  | "like"
  | "kept"
  | "lockAll"
  | "unlockAll"
  | "noise"
  | "less"
  | "more"
  | "mix"
  | "mixBack"
  | "mixOn"
  | "play"
  | "confirm"
  | "leave"
  | "theme"
  | "help";

const KEYS: Record<string, Command> = {
  " ": "anew",
  n: "anew",
  z: "undo",
  y: "redo",
  f: "favourite",
  s: "saveLarge",
  S: "saveExact",
  c: "share",
  d: "one",
  g: "grid",
  l: "like",
  k: "kept",
  a: "lockAll",
  u: "unlockAll",
  i: "noise",
  "[": "less",
  "]": "more",
  m: "mix",
  ",": "mixBack",
  ".": "mixOn",
  p: "play",
  Enter: "confirm",
  Escape: "leave",
  t: "theme",
  "?": "help",
};

export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** The command of a key press; `on` is the tag name of what has the focus (and an input's type), which keeps its own keys. */
export function commandOf(pressed: Pressed, on: string): Command | null {
  const { key } = pressed;
  const held = pressed.ctrlKey || pressed.metaKey;
  if (pressed.altKey) return null;
  if (held) {
    if (key.toLowerCase() === "z") return pressed.shiftKey ? "redo" : "undo";
    return key.toLowerCase() === "y" ? "redo" : null;
  }
  if (on === "SELECT" || on === "INPUT number") return null;
  if (["BUTTON", "A", "SUMMARY"].includes(on) && (key === " " || key === "Enter")) return null;
  return KEYS[key] ?? (key.length === 1 ? (KEYS[key.toLowerCase()] ?? null) : null);
}
