/**
 * A drawing is settings, never pixels: a sum of faces in w, w = sum of weight * mapping(z, c, truncation). One face is a
 * plain drawing; mixing two drawings adds their faces. Everything here is pure.
 */

import { DIRECTIONS } from "./directions";
import type { Codes } from "./model";
import { gaussians } from "./noise";

/** A latent: the seed's own, then turned towards other latents, `amount` of 0 to 1 each. */
export interface Noise {
  seed: number;
  steps: readonly Step[];
}

export interface Step {
  seed: number;
  amount: number;
}

export interface Face {
  noise: Noise;
  codes: Codes;
  weight: number;
}

export interface Drawing {
  faces: readonly Face[]; // the weights sum to 1; the first is the leading one
  truncation: number;
  moves?: readonly number[]; // along the model's directions (core/directions.ts), in standard deviations
}

export const SEEDS = 2 ** 32; // the page draws its seeds below this; an address may name any safe integer
const STEP_STREAM = 2; // of core/noise: a step of seed n is no copy of the drawing of seed n
export const MOST_MOVE = 3; // standard deviations
const MOST_FACES = 8; // a mixture of mixtures keeps its heaviest

/** The latent z of a noise: each step keeps it standard normal, z' = sqrt(1 - a^2) z + a n. */
export function latent(noise: Noise, size: number): Float32Array {
  const z = Float64Array.from(gaussians(noise.seed, 0, size));
  for (const step of noise.steps) {
    const other = gaussians(step.seed, STEP_STREAM, size);
    const rest = Math.sqrt(1 - step.amount ** 2);
    for (let i = 0; i < size; i++) z[i] = rest * (z[i] as number) + step.amount * (other[i] as number);
  }
  return Float32Array.from(z);
}

export function plain(seed: number, codes: Codes, truncation: number): Drawing {
  return { faces: [{ noise: { seed, steps: [] }, codes, weight: 1 }], truncation };
}

/** The drawing moved along one of the model's directions. */
export function withMove(drawing: Drawing, direction: number, value: number): Drawing {
  const moves = [...(drawing.moves ?? [])];
  while (moves.length <= direction) moves.push(0);
  return { ...drawing, moves: moves.with(direction, value) };
}

/** The labels that a drawing shows: those of its leading face. */
export function codesIn(drawing: Drawing): Codes {
  return drawing.faces[0]?.codes ?? [];
}

export function seedIn(drawing: Drawing): number {
  return drawing.faces[0]?.noise.seed ?? 0;
}

/** The drawing with one label set in all its faces. */
export function withCode(drawing: Drawing, group: number, code: number): Drawing {
  return { ...drawing, faces: drawing.faces.map((f) => ({ ...f, codes: f.codes.with(group, code) })) };
}

/** The drawing with its labels as given and its noise as it is. */
export function withCodes(drawing: Drawing, codes: Codes): Drawing {
  return { ...drawing, faces: drawing.faces.map((f) => ({ ...f, codes })) };
}

/** A drawing near another: every latent turned a little, labels kept. */
export function near(drawing: Drawing, seed: number, amount: number): Drawing {
  const step = (noise: Noise): Noise => ({ seed: noise.seed, steps: [...noise.steps, { seed, amount }] });
  return { ...drawing, faces: drawing.faces.map((f) => ({ ...f, noise: step(f.noise) })) };
}

/**
 * Between two drawings: `shape` (0 to 1) goes from a's noise to b's, `looks` from a's labels to b's; bilinear in w. With
 * both the same labels, or shape and looks at the same end, this is the straight line in w.
 */
export function mixed(a: Drawing, b: Drawing, shape: number, looks: number): Drawing {
  const corners: [Drawing, number][] = [
    [a, (1 - shape) * (1 - looks)],
    [withCodes(a, codesIn(b)), (1 - shape) * looks],
    [withCodes(b, codesIn(a)), shape * (1 - looks)],
    [b, shape * looks],
  ];
  const faces = corners.flatMap(([d, part]) => d.faces.map((f) => ({ ...f, weight: f.weight * part })));
  const truncation = a.truncation + (b.truncation - a.truncation) * shape;
  return moved({ faces: gathered(faces), truncation }, a, b, shape);
}

function moved(mixture: Drawing, a: Drawing, b: Drawing, shape: number): Drawing {
  const count = Math.max(a.moves?.length ?? 0, b.moves?.length ?? 0);
  if (count === 0) return mixture;
  const between = (k: number) => (1 - shape) * (a.moves?.[k] ?? 0) + shape * (b.moves?.[k] ?? 0);
  return { ...mixture, moves: Array.from({ length: count }, (_, k) => between(k)) };
}

/** Equal faces added up, the heaviest first, weights summing to 1. */
function gathered(faces: Face[]): Face[] {
  const sums = new Map<string, Face>();
  for (const face of faces) {
    const key = JSON.stringify([face.noise, face.codes]);
    const sum = sums.get(key);
    sums.set(key, { ...face, weight: face.weight + (sum?.weight ?? 0) });
  }
  const kept = [...sums.values()]
    .filter((f) => f.weight > 1e-9)
    .sort((x, y) => y.weight - x.weight)
    .slice(0, MOST_FACES);
  const total = kept.reduce((sum, f) => sum + f.weight, 0);
  return kept.map((f) => ({ ...f, weight: f.weight / total }));
}

/** A text that is the same for the same drawing alone. */
export function keyOf(drawing: Drawing): string {
  return encodeDrawing(drawing);
}

/** A drawing as short text: `truncation~move~move!weight*seed/step:amount,.../code.code!...` */
export function encodeDrawing(drawing: Drawing): string {
  const faces = drawing.faces.map((f) => {
    const steps = f.noise.steps.map((s) => `${s.seed}:${short(s.amount)}`).join(",");
    return `${short(f.weight)}*${f.noise.seed}/${steps}/${f.codes.join(".")}`;
  });
  const moves = (drawing.moves ?? []).map(short);
  while (moves.at(-1) === "0") moves.pop();
  return [[short(drawing.truncation), ...moves].join("~"), ...faces].join("!");
}

/** The drawing that a text stands for, or null where it is none. `sizes`: how many values each label has. */
export function decodeDrawing(text: string, sizes: readonly number[]): Drawing | null {
  const [head, ...parts] = text.split("!");
  const [first = "", ...moveTexts] = (head ?? "").split("~");
  const truncation = within(first, 0, 2);
  const moves = moveTexts.map((one) => within(one, -MOST_MOVE, MOST_MOVE));
  if (moves.length > DIRECTIONS || moves.includes(null)) return null;
  if (truncation === null || parts.length === 0 || parts.length > MOST_FACES) return null;
  const faces: Face[] = [];
  for (const part of parts) {
    const match = /^([\d.]+)\*(\d+)\/([\d.:,]*)\/([-\d.]*)$/.exec(part);
    if (!match) return null;
    const [, weightText = "", seedText = "", stepText = "", codeText = ""] = match;
    const weight = within(weightText, 0, 1);
    const seed = within(seedText, 0, Number.MAX_SAFE_INTEGER);
    const steps: Step[] = [];
    for (const one of stepText ? stepText.split(",") : []) {
      const [stepSeed = "", amountText = ""] = one.split(":");
      const [s, amount] = [within(stepSeed, 0, Number.MAX_SAFE_INTEGER), within(amountText, 0, 1)];
      if (s === null || amount === null) return null;
      steps.push({ seed: s, amount });
    }
    const codes = codeText === "" ? [] : codeText.split(".").map(Number);
    const fits = codes.length === sizes.length && codes.every((c, g) => c >= -1 && c < (sizes[g] as number));
    if (weight === null || seed === null || steps.length > 64 || !fits) return null;
    faces.push({ noise: { seed, steps }, codes, weight });
  }
  return moves.length > 0 ? { faces, truncation, moves: moves as number[] } : { faces, truncation };
}

/** A number from text, or null where it is none or out of range. */
export function within(text: string, least: number, most: number): number | null {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return value >= least && value <= most ? value : null;
}

/** A number with at most four decimals. */
function short(value: number): string {
  return String(Math.round(value * 10_000) / 10_000);
}
