/**
 * All that an address holds, and all that undo goes back through: which model, what is drawn, what is locked, which view.
 */

import {
  codesIn,
  type Drawing,
  decodeDrawing,
  encodeDrawing,
  mixed,
  near,
  plain,
  SEEDS,
  seedIn,
  withCodes,
  within,
} from "./drawing";
import { type About, codeOf, codesOf, sizeOf, valueAt } from "./model";

export const VIEWS = ["one", "grid", "like", "kept"] as const;
export type View = (typeof VIEWS)[number];

export interface Mix {
  partner: Drawing;
  shape: number; // 0 is the drawing, 1 the partner
  looks: number;
  together: boolean; // one slider moves both
}

export interface Scene {
  drawing: Drawing;
  mix: Mix | null;
  locks: readonly string[]; // groups that keep their value when drawn anew
  noiseFixed: boolean;
  view: View;
  sheet: number; // the first seed of the grid and of "more like this"
  count: number; // drawings in the grid
  amount: number; // how far "more like this" goes
}

export const COUNTS = [12, 24, 48];

/** What the stage shows. */
export function shown(scene: Scene): Drawing {
  const { drawing, mix } = scene;
  return mix ? mixed(drawing, mix.partner, mix.shape, mix.looks) : drawing;
}

/** The codes that are locked, -1 for the others. */
export function lockedCodes(about: About, scene: Scene): number[] {
  const codes = codesIn(scene.drawing);
  return about.labels.map((group, g) => (scene.locks.includes(group.name) ? (codes[g] ?? -1) : -1));
}

/** Another drawing: of another seed, with what is locked kept; with fixed noise, only the labels that are free change. */
export function drawnAnew(about: About, scene: Scene, seed: number): Drawing {
  const codes = codesOf(about, seed, lockedCodes(about, scene));
  if (scene.noiseFixed) return withCodes(shown(scene), codes);
  return plain(seed, codes, scene.drawing.truncation);
}

/** The drawings of the grid. */
export function gridOf(about: About, scene: Scene): Drawing[] {
  return Array.from({ length: scene.count }, (_, i) => drawnAnew(about, scene, (scene.sheet + i) % SEEDS));
}

/** The drawings near the one on the stage. */
export function likeThis(scene: Scene): Drawing[] {
  const middle = shown(scene);
  return Array.from({ length: scene.count }, (_, i) => near(middle, (scene.sheet + i) % SEEDS, scene.amount));
}

export function firstScene(about: About, seed: number): Scene {
  const free = about.labels.map(() => -1);
  return {
    drawing: plain(seed, codesOf(about, seed, free), 0.8),
    mix: null,
    locks: [],
    noiseFixed: false,
    view: "one",
    sheet: seed,
    count: 12,
    amount: 0.4,
  };
}

const RESERVED = new Set(
  "model drawing seed truncation lock noise view sheet count amount with shape looks".split(" "),
);

/** The scene as the part of an address after #. A plain drawing is readable: seed=5&hair_color=pink. */
export function toAddress(model: string, about: About, scene: Scene): string {
  const words = new URLSearchParams({ model });
  const face = scene.drawing.faces[0];
  const readable =
    scene.drawing.faces.length === 1 &&
    face?.noise.steps.length === 0 &&
    !scene.drawing.moves?.some((move) => move !== 0) &&
    about.labels.every((group, g) => !RESERVED.has(group.name) && (face.codes[g] ?? -1) >= 0);
  if (readable && face) {
    words.set("seed", String(seedIn(scene.drawing)));
    about.labels.forEach((group, g) => {
      words.set(group.name, valueAt(group, face.codes[g] as number));
    });
    words.set("truncation", String(scene.drawing.truncation));
  } else {
    words.set("drawing", encodeDrawing(scene.drawing));
  }
  if (scene.mix) {
    words.set("with", encodeDrawing(scene.mix.partner));
    words.set("shape", String(scene.mix.shape));
    if (!scene.mix.together) words.set("looks", String(scene.mix.looks));
  }
  if (scene.locks.length) words.set("lock", scene.locks.join(","));
  if (scene.noiseFixed) words.set("noise", "fixed");
  if (scene.view !== "one") {
    words.set("view", scene.view);
    words.set("sheet", String(scene.sheet));
    words.set("count", String(scene.count));
    if (scene.view === "like") words.set("amount", String(scene.amount));
  }
  return words.toString();
}

/** The scene that an address holds. What it does not say, or says wrongly, is as in `fallback`. */
export function fromAddress(hash: string, about: About, fallback: Scene): Scene {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const number = (name: string, least: number, most: number, otherwise: number) =>
    within(words.get(name) ?? "", least, most) ?? otherwise;
  const sizes = about.labels.map(sizeOf);
  const fixed = about.labels.map((group) => codeOf(group, words.get(group.name) ?? ""));
  let drawing = decodeDrawing(words.get("drawing") ?? "", sizes);
  if (!drawing) {
    const saysSeed = words.has("seed") || fixed.some((code) => code >= 0);
    const seed = Math.floor(number("seed", 0, Number.MAX_SAFE_INTEGER, seedIn(fallback.drawing)));
    const truncation = number("truncation", 0, 2, saysSeed ? 1 : fallback.drawing.truncation);
    drawing = plain(seed, codesOf(about, seed, fixed), truncation);
  }
  const partner = decodeDrawing(words.get("with") ?? "", sizes);
  const shape = number("shape", 0, 1, 0.5);
  const looks = words.has("looks") ? number("looks", 0, 1, shape) : shape;
  const count = number("count", 1, 96, fallback.count);
  const view = VIEWS.find((v) => v === words.get("view")) ?? "one";
  const known = new Set(about.labels.map((group) => group.name));
  return {
    drawing,
    mix: partner ? { partner, shape, looks, together: !words.has("looks") } : null,
    locks: (words.get("lock") ?? "").split(",").filter((name) => known.has(name)),
    noiseFixed: words.get("noise") === "fixed",
    view,
    sheet: Math.floor(number("sheet", 0, SEEDS - 1, fallback.sheet)),
    count: Math.floor(count),
    amount: number("amount", 0, 1, fallback.amount),
  };
}
