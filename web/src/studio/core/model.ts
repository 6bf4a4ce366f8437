/** What generator.json says of a model (src/tachie/core/generator.py), and its labels as controls and as numbers. */

import { uniforms } from "./noise";

/** An exclusive group, a flag of no and yes, or a number on a scale: src/tachie/core/conditions.py. */
export type Group = Choice | Scale;

export interface Choice {
  name: string;
  kind?: "choice" | "flag"; // a choice where it is not said
  values: string[];
}

/** From `least` to `most`; a code is a number of steps. */
export interface Scale {
  name: string;
  kind: "number";
  least: number;
  most: number;
  step: number;
}

export interface About {
  format: string;
  format_version: number;
  model: string;
  resolution: number;
  z_dim: number;
  w_dim: number; // all layers' w, side by side
  w_layers?: number; // 1 where it is not said
  c_dim: number;
  labels: Group[];
  label_rows: number[][];
  label_row_counts: number[];
  trained_on: { name?: string; rows?: number; rights?: string };
  kimg?: number;
  sha256: Record<string, string>;
}

/** One model that the page can draw with, as models/index.json lists it. */
export interface Listed {
  name: string;
  resolution: number;
  card: boolean;
}

/** A code for each group: the place of its value or the number of steps, or -1 for unknown. */
export type Codes = readonly number[];

export const FORMAT = "tachie-generator";
export const FORMAT_VERSIONS = [1, 2]; // 2 has flags and numbers
const NEAR_PART = 20; // numbers agree where they lie within a twentieth of their scale
const LABEL_STREAM = 1; // of core/noise; stream 0 is the latent

/** How many codes a group has. */
export function sizeOf(group: Group): number {
  return group.kind === "number"
    ? Math.round((group.most - group.least) / group.step) + 1
    : group.values.length;
}

/** The value that a code stands for, "" where it is unknown. */
export function valueAt(group: Group, code: number): string {
  if (code < 0) return "";
  if (group.kind !== "number") return group.values[code] ?? "";
  return String(Number((group.least + code * group.step).toPrecision(10)));
}

/** The code of a value, -1 where it is none. */
export function codeOf(group: Group, value: string): number {
  if (group.kind !== "number") return group.values.indexOf(value);
  const x = value.trim() === "" ? Number.NaN : Number(value);
  return x >= group.least && x <= group.most ? Math.round((x - group.least) / group.step) : -1;
}

function agrees(group: Group | undefined, code: number, wanted: number): boolean {
  if (group?.kind !== "number") return code === wanted;
  return code >= 0 && NEAR_PART * Math.abs(code - wanted) <= sizeOf(group) - 1;
}

/**
 * The labels that a seed is drawn with: those `fixed` (-1 where free), and for the rest a row of the training data that
 * agrees with them, drawn by how often it occurs. The same as `Generator.codes` in src/tachie/draw.py.
 */
export function codesOf(about: About, seed: number, fixed: Codes): number[] {
  const agreeing = about.label_rows.map((row) =>
    fixed.reduce(
      (sum, code, g) => sum + (code >= 0 && agrees(about.labels[g], row[g] ?? -1, code) ? 1 : 0),
      0,
    ),
  );
  const most = Math.max(...agreeing);
  const weight = (i: number) => (agreeing[i] === most ? (about.label_row_counts[i] ?? 0) : 0);
  let total = 0;
  for (let i = 0; i < agreeing.length; i++) total += weight(i);
  const place = (uniforms(seed, LABEL_STREAM, 1)[0] as number) * total;
  let [edge, picked] = [0, agreeing.length - 1];
  for (let i = 0; i < agreeing.length; i++) {
    edge += weight(i);
    if (edge > place) {
      picked = i;
      break;
    }
  }
  const row = about.label_rows[picked] ?? [];
  return about.labels.map((_, g) => ((fixed[g] ?? -1) >= 0 ? (fixed[g] as number) : (row[g] ?? -1)));
}

/** c, what the network reads of codes: one-hot groups, flags of -1 and 1, numbers from -1 to 1 and a 1; 0 for unknown. */
export function columnsOf(about: About, codes: Codes): Float32Array {
  const c = new Float32Array(about.c_dim);
  let start = 0;
  about.labels.forEach((group, g) => {
    const code = codes[g] ?? -1;
    if (code >= 0) {
      if (group.kind === "number") c.set([(code * 2) / (sizeOf(group) - 1) - 1, 1], start);
      else if (group.kind === "flag") c[start] = code * 2 - 1;
      else c[start + code] = 1;
    }
    start += group.kind === "number" ? 2 : group.kind === "flag" ? 1 : group.values.length;
  });
  return c;
}

export type Kind = "colours" | "flag" | "scale" | "choice";

/** How a group is best chosen from: flags are no and yes, scales are numbers in order. */
export function kindOf(group: Group): Kind {
  if (group.kind === "number") return "scale";
  if (group.values.length === 2 && group.values.every((v) => v === "yes" || v === "no")) return "flag";
  if (group.values.length > 2 && group.values.every((v) => v !== "" && Number.isFinite(Number(v))))
    return "scale";
  if (group.values.every((v) => v in COLOURS)) return "colours";
  return "choice";
}

/** What the colour words of the attributes (src/tachie/core/attributes.py) look like on hair and eyes. */
export const COLOURS: Record<string, string> = {
  blonde: "#f2d479",
  brown: "#8a5a3b",
  black: "#2d2a32",
  blue: "#5b8fe0",
  pink: "#f59fb8",
  purple: "#9a70c9",
  green: "#6cb36a",
  red: "#d1483f",
  silver: "#cfd6de",
  white: "#faf7f2",
  orange: "#ee9445",
  aqua: "#6fd3d6",
  grey: "#8f9399",
  yellow: "#f1d24a",
};
