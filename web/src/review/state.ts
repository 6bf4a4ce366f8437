/** What the review page knows at a moment, and what it knows when it opens. */

import { read } from "../shared/theme";
import type { Counts, Fields } from "./decisions";
import type { Learned, Order, Stated } from "./packed";
import type { Info, Spec } from "./server";

export interface State {
  info: Info | null;
  spec: Spec;
  order: Order;
  loading: boolean;
  cursor: number;
  anchor: number;
  selected: ReadonlySet<number>; // places
  leftOut: ReadonlySet<number>; // faces that a preview does not apply to
  reason: string;
  classes: string[];
  stated: Stated | null;
  learned: Learned | null;
  lacking: string;
  counts: Counts;
  anHour: number;
  made: { thumbs: number; features: number; ready: boolean };
  trouble: string;
  unsaved: number;
  offline: boolean;
  note: string;
  cell: number;
  advance: boolean;
  whole: boolean;
  help: boolean;
  naming: boolean;
  tick: number; // grows with every change of a decision
}

const EMPTY: Order = {
  faces: new Uint32Array(),
  scores: null,
  codes: null,
  clusters: null,
  numbers: null,
  classes: [],
  lacking: "",
  learned: null,
};

export function fresh(spec: Spec, counts: Counts): State {
  return {
    info: null,
    spec,
    order: EMPTY,
    loading: true,
    cursor: 0,
    anchor: 0,
    selected: new Set(),
    leftOut: new Set(),
    reason: "not_a_face",
    classes: [],
    stated: null,
    learned: null,
    lacking: "",
    counts,
    anHour: 0,
    made: { thumbs: 0, features: 0, ready: false },
    trouble: "",
    unsaved: 0,
    offline: false,
    note: "",
    cell: Number(read("tachie-review-cell")) || 96,
    advance: read("tachie-review-advance") !== "no",
    whole: false,
    help: false,
    naming: false,
    tick: 0,
  };
}

/** What a label is now: decided, or else what the dataset says. */
export function shownValue(
  fields: Fields,
  label: string,
  stated: Stated | null,
  face: number,
): string | undefined {
  if (fields[label] !== undefined) return fields[label];
  if (!stated || face >= stated.codes.length) return undefined;
  return stated.values[stated.codes[face] as number];
}

/** What may be chosen by number for the label that is decided on. */
export function choicesOf({ spec, info, classes }: State): string[] {
  if (spec.view === "drops" || !info) return [];
  if (spec.label === "review") return info.reasons;
  if (spec.label === "class") return classes;
  return info.attributes[spec.label] ?? Object.keys(info.values[`label:${spec.label}`] ?? {}).slice(0, 16);
}

/** What is known or guessed of the faces at some places: the faces by value. */
export function guesses({ order, stated }: State, places: number[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const place of places) {
    const face = order.faces[place] ?? -1;
    const guess = order.codes ? order.classes[order.codes[place] as number] : undefined;
    const value = guess ?? shownValue({}, "", stated, face);
    if (value !== undefined && face >= 0) groups.set(value, [...(groups.get(value) ?? []), face]);
  }
  return groups;
}
