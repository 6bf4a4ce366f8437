/** What the page listens to: its address, keys, other tabs. */

import { type Dispatch, useEffect, useRef } from "react";
import { type Command, commandOf } from "./core/keys";
import type { About } from "./core/model";
import { fromAddress, type Scene, toAddress } from "./core/scene";
import type { Action, State } from "./core/state";
import { remember, remembered } from "./memory";

/** Keep the address what the scene is (`pause` while it moves by itself), and show what is pasted into it. */
export function useAddress(
  model: string,
  about: About,
  scene: Scene,
  pause: boolean,
  dispatch: Dispatch<Action>,
): void {
  const address = toAddress(model, about, scene);
  useEffect(() => {
    if (!pause) history.replaceState(null, "", `#${address}`);
  }, [address, pause]);
  useEffect(() => {
    const changed = () => {
      const asked = new URLSearchParams(location.hash.slice(1)).get("model");
      if (asked !== null && asked !== model)
        location.reload(); // another model opens anew
      else dispatch({ type: "open", scene: fromAddress(location.hash, about, scene) });
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, [about, model, scene, dispatch]);
}

/** Keep history and favourites between visits, and favourites the same in all tabs. */
export function useMemory(
  model: string,
  sizes: readonly number[],
  state: State,
  dispatch: Dispatch<Action>,
): void {
  useEffect(() => remember(model, "history", state.history), [model, state.history]);
  useEffect(() => remember(model, "kept", state.kept), [model, state.kept]);
  useEffect(() => {
    const elsewhere = () => dispatch({ type: "keptElsewhere", kept: remembered(model, "kept", sizes) });
    addEventListener("storage", elsewhere);
    return () => removeEventListener("storage", elsewhere);
  }, [model, sizes, dispatch]);
}

/** Run commands by their keys; `released` is called when a key goes up. Dialogs keep the keyboard for themselves. */
export function useKeys(commands: Record<Command, () => void>, released: () => void): void {
  const latest = useRef({ commands, released });
  latest.current = { commands, released };
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (document.querySelector("dialog[open]")) return;
      const command = commandOf(event, focusName(event.target as Element));
      if (!command) return;
      event.preventDefault();
      latest.current.commands[command]();
    };
    const up = () => latest.current.released();
    addEventListener("keydown", down);
    addEventListener("keyup", up);
    return () => {
      removeEventListener("keydown", down);
      removeEventListener("keyup", up);
    };
  }, []);
}

function focusName(element: Element): string {
  return element instanceof HTMLInputElement ? `INPUT ${element.type}` : element.tagName;
}
