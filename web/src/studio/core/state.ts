/** The state of the page, in one place: every change is an action, and `reduce` says what it does. */

import { codesIn, type Drawing, keyOf, plain, seedIn, withCode, withMove } from "./drawing";
import { type About, codesOf } from "./model";
import { drawnAnew, lockedCodes, type Mix, type Scene, shown, type View } from "./scene";

export interface State {
  scene: Scene;
  past: readonly Scene[];
  future: readonly Scene[];
  gesture: string | null; // the slider being moved: its whole way is one step of undo
  history: readonly Drawing[]; // the newest first
  kept: readonly Drawing[]; // favourites, the newest first
}

/** Actions carry the chance they need: the same action on the same state always does the same. */
export type Action =
  | { type: "anew"; about: About; seed: number }
  | { type: "label"; about: About; group: string; code: number; gesture?: string }
  | { type: "seed"; about: About; seed: number }
  | { type: "lock"; group: string; on: boolean }
  | { type: "lockAll"; about: About; on: boolean }
  | { type: "noise"; fixed: boolean }
  | { type: "truncation"; value: number; gesture?: string }
  | { type: "move"; direction: number; value: number; gesture?: string }
  | { type: "still" }
  | { type: "show"; drawing: Drawing }
  | { type: "view"; view: View; seed: number }
  | { type: "sheet"; seed: number }
  | { type: "count"; count: number }
  | { type: "amount"; value: number; gesture?: string }
  | { type: "mixWith"; drawing: Drawing; partner: Drawing }
  | { type: "mix"; change: Partial<Mix>; gesture?: string }
  | { type: "swap" }
  | { type: "keepMix" }
  | { type: "leaveMix" }
  | { type: "favourite"; drawing: Drawing }
  | { type: "keptElsewhere"; kept: readonly Drawing[] } // in another tab
  | { type: "settle" }
  | { type: "undo" }
  | { type: "redo" }
  | { type: "forget" }
  | { type: "open"; scene: Scene };

const MOST_STEPS = 500;
const MOST_HISTORY = 60;

export function firstState(scene: Scene, history: readonly Drawing[], kept: readonly Drawing[]): State {
  const state = { scene, past: [], future: [], gesture: null, history, kept };
  return { ...state, history: remembered(state, scene) };
}

export function reduce(state: State, action: Action): State {
  const { scene } = state;
  switch (action.type) {
    case "anew":
      return moved(state, {
        ...scene,
        drawing: drawnAnew(action.about, scene, action.seed),
        mix: null,
        view: "one",
      });
    case "label": {
      const group = action.about.labels.findIndex((g) => g.name === action.group);
      const drawing = withCode(scene.mix ? shown(scene) : scene.drawing, group, action.code);
      const locks = locked(scene.locks, action.group, true);
      return moved(state, { ...scene, drawing, mix: null, locks }, action.gesture);
    }
    case "seed": {
      const codes = codesOf(action.about, action.seed, lockedCodes(action.about, scene));
      return moved(state, {
        ...scene,
        drawing: plain(action.seed, codes, scene.drawing.truncation),
        mix: null,
      });
    }
    case "lock":
      return moved(state, { ...scene, locks: locked(scene.locks, action.group, action.on) });
    case "lockAll":
      return moved(state, { ...scene, locks: action.on ? lockable(action.about, scene.drawing) : [] });
    case "noise":
      return moved(state, { ...scene, noiseFixed: action.fixed });
    case "truncation": {
      const truncation = action.value;
      const mix = scene.mix && { ...scene.mix, partner: { ...scene.mix.partner, truncation } };
      return moved(state, { ...scene, drawing: { ...scene.drawing, truncation }, mix }, action.gesture);
    }
    case "move": {
      const to = (drawing: Drawing) => withMove(drawing, action.direction, action.value);
      const mix = scene.mix && { ...scene.mix, partner: to(scene.mix.partner) };
      return moved(state, { ...scene, drawing: to(scene.drawing), mix }, action.gesture);
    }
    case "still": {
      const { moves: _, ...drawing } = scene.drawing;
      return moved(state, { ...scene, drawing });
    }
    case "show":
      return moved(state, { ...scene, drawing: action.drawing, mix: null, view: "one" });
    case "view":
      return action.view === scene.view
        ? state
        : moved(state, { ...scene, view: action.view, sheet: action.seed });
    case "sheet":
      return moved(state, { ...scene, sheet: action.seed });
    case "count":
      return moved(state, { ...scene, count: action.count });
    case "amount":
      return moved(state, { ...scene, amount: action.value }, action.gesture);
    case "mixWith": {
      const mix = { partner: action.partner, shape: 0.5, looks: 0.5, together: true };
      return moved(state, { ...scene, drawing: action.drawing, mix, view: "one" });
    }
    case "mix": {
      if (!scene.mix) return state;
      const mix = { ...scene.mix, ...action.change };
      if (mix.together) mix.looks = mix.shape;
      return moved(state, { ...scene, mix }, action.gesture);
    }
    case "swap": {
      if (!scene.mix) return state;
      const { partner, shape, looks } = scene.mix;
      const mix = { ...scene.mix, partner: scene.drawing, shape: 1 - shape, looks: 1 - looks };
      return moved(state, { ...scene, drawing: partner, mix });
    }
    case "keepMix":
      return moved(state, { ...scene, drawing: shown(scene), mix: null });
    case "leaveMix":
      return moved(state, { ...scene, mix: null });
    case "favourite":
      return { ...state, kept: toggled(state.kept, action.drawing) };
    case "keptElsewhere":
      return { ...state, kept: action.kept };
    case "settle": {
      const history = remembered(state, scene);
      if (state.gesture === null && history === state.history) return state;
      return { ...state, gesture: null, history };
    }
    case "undo": {
      const before = state.past.at(-1);
      if (!before) return state;
      const past = state.past.slice(0, -1);
      return { ...state, scene: before, past, future: [scene, ...state.future], gesture: null };
    }
    case "redo": {
      const [after, ...future] = state.future;
      if (!after) return state;
      return { ...state, scene: after, past: [...state.past, scene], future, gesture: null };
    }
    case "forget":
      return { ...state, history: [] };
    case "open":
      return moved(state, action.scene);
  }
}

export function isKept(state: State, drawing: Drawing): boolean {
  const key = keyOf(drawing);
  return state.kept.some((d) => keyOf(d) === key);
}

/** The next scene; what a slider passes on its way is neither a step of undo nor history. */
function moved(state: State, scene: Scene, gesture: string | null = null): State {
  if (scene === state.scene) return state;
  if (gesture !== null && gesture === state.gesture) return { ...state, scene };
  const past = [...state.past, state.scene].slice(-MOST_STEPS);
  const history = gesture === null ? remembered(state, scene) : state.history;
  return { ...state, scene, past, future: [], gesture, history };
}

function remembered(state: Pick<State, "history">, scene: Scene): readonly Drawing[] {
  if (scene.mix) return state.history; // a mixture on its way; it is remembered when kept
  const key = keyOf(scene.drawing);
  const [newest] = state.history;
  if (newest && keyOf(newest) === key) return state.history;
  return [scene.drawing, ...state.history.filter((d) => keyOf(d) !== key)].slice(0, MOST_HISTORY);
}

function locked(locks: readonly string[], group: string, on: boolean): readonly string[] {
  const others = locks.filter((name) => name !== group);
  return on ? [...others, group] : others;
}

function lockable(about: About, drawing: Drawing): string[] {
  const codes = codesIn(drawing);
  return about.labels.filter((_, g) => (codes[g] ?? -1) >= 0).map((group) => group.name);
}

function toggled(list: readonly Drawing[], drawing: Drawing): readonly Drawing[] {
  const key = keyOf(drawing);
  const others = list.filter((d) => keyOf(d) !== key);
  return others.length === list.length ? [drawing, ...list] : others;
}

/** A name for a file or for a screen reader: the seed tells drawings apart. */
export function nameOf(drawing: Drawing): string {
  const steps = drawing.faces[0]?.noise.steps.length ?? 0;
  return `${seedIn(drawing)}${drawing.faces.length > 1 ? "-mix" : ""}${steps ? `-${steps}` : ""}`;
}
