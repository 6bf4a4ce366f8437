import { describe, expect, it } from "vitest";
import { codesIn, keyOf, plain, seedIn } from "./drawing";
import { EXAMPLE as about } from "./example";
import { firstScene, shown } from "./scene";
import { type Action, firstState, isKept, reduce, type State } from "./state";

const first = firstState(firstScene(about, 1), [], []);
const done = (state: State, ...actions: Action[]) => actions.reduce(reduce, state);
const other = plain(9, [1, 1, 1, 1], 0.8);

describe("undo", () => {
  it("goes back through everything, and redo forth again", () => {
    const steps: Action[] = [
      { type: "anew", about, seed: 2 },
      { type: "label", about, group: "smile", code: 1 },
      { type: "lock", group: "year", on: true },
      { type: "noise", fixed: true },
      { type: "mixWith", drawing: other, partner: first.scene.drawing },
      { type: "keepMix" },
      { type: "view", view: "grid", seed: 5 },
    ];
    const scenes = [first.scene];
    let state = first;
    for (const step of steps) {
      state = reduce(state, step);
      scenes.push(state.scene);
    }
    for (const scene of scenes.slice(0, -1).reverse()) {
      state = reduce(state, { type: "undo" });
      expect(state.scene).toEqual(scene);
    }
    expect(reduce(state, { type: "undo" })).toBe(state);
    for (const scene of scenes.slice(1)) {
      state = reduce(state, { type: "redo" });
      expect(state.scene).toEqual(scene);
    }
  });

  it("takes a slider's whole way as one step", () => {
    const slid = done(
      first,
      { type: "truncation", value: 0.7, gesture: "t" },
      { type: "truncation", value: 0.5, gesture: "t" },
      { type: "truncation", value: 0.3, gesture: "t" },
      { type: "settle" },
      { type: "truncation", value: 0.2, gesture: "t" },
    );
    expect(slid.scene.drawing.truncation).toBe(0.2);
    expect(reduce(slid, { type: "undo" }).scene.drawing.truncation).toBe(0.3);
    expect(done(slid, { type: "undo" }, { type: "undo" }).scene).toEqual(first.scene);
  });

  it("is cut off by something new", () => {
    const state = done(
      first,
      { type: "anew", about, seed: 2 },
      { type: "undo" },
      { type: "anew", about, seed: 3 },
    );
    expect(state.future).toEqual([]);
  });
});

describe("a label that is chosen", () => {
  it("is set and locked, and stays when drawn anew", () => {
    const state = done(
      first,
      { type: "label", about, group: "hair_color", code: 2 },
      { type: "anew", about, seed: 3 },
      { type: "anew", about, seed: 4 },
    );
    expect(codesIn(state.scene.drawing)[0]).toBe(2);
    expect(seedIn(state.scene.drawing)).toBe(4);
    expect(state.scene.locks).toEqual(["hair_color"]);
  });

  it("of a mixture makes the mixture the drawing", () => {
    const mixing = reduce(first, { type: "mixWith", drawing: first.scene.drawing, partner: other });
    const state = reduce(mixing, { type: "label", about, group: "smile", code: 0 });
    expect(state.scene.mix).toBeNull();
    expect(state.scene.drawing.faces.length).toBe(shown(mixing.scene).faces.length);
    expect(state.scene.drawing.faces.every((f) => f.codes[1] === 0)).toBe(true);
  });
});

describe("history", () => {
  it("keeps each drawing once, the newest first, and no steps of a slider", () => {
    const state = done(
      first,
      { type: "anew", about, seed: 2 },
      { type: "anew", about, seed: 3 },
      { type: "truncation", value: 0.5, gesture: "t" },
      { type: "truncation", value: 0.4, gesture: "t" },
      { type: "settle" },
      { type: "show", drawing: first.scene.drawing },
    );
    expect(state.history.map((d) => `${seedIn(d)} ${d.truncation}`)).toEqual([
      "1 0.8",
      "3 0.4",
      "3 0.8",
      "2 0.8",
    ]);
    expect(reduce(state, { type: "forget" }).history).toEqual([]);
  });

  it("ends somewhere", () => {
    let state = first;
    for (let seed = 10; seed < 200; seed++) state = reduce(state, { type: "anew", about, seed });
    expect(state.history).toHaveLength(60);
  });
});

it("favourites are added and taken away", () => {
  const kept = reduce(first, { type: "favourite", drawing: first.scene.drawing });
  expect(isKept(kept, first.scene.drawing)).toBe(true);
  expect(reduce(kept, { type: "favourite", drawing: first.scene.drawing }).kept).toEqual([]);
});

describe("mixing", () => {
  const mixing = reduce(first, { type: "mixWith", drawing: first.scene.drawing, partner: other });

  it("moves both sliders together until they are taken apart", () => {
    const moved = reduce(mixing, { type: "mix", change: { shape: 0.2 } });
    expect(moved.scene.mix).toMatchObject({ shape: 0.2, looks: 0.2 });
    const apart = done(
      moved,
      { type: "mix", change: { together: false } },
      { type: "mix", change: { looks: 0.9 } },
    );
    expect(apart.scene.mix).toMatchObject({ shape: 0.2, looks: 0.9 });
  });

  it("swapped shows the same drawing", () => {
    const moved = reduce(mixing, { type: "mix", change: { shape: 0.25 } });
    const swapped = reduce(moved, { type: "swap" });
    expect(keyOf(shown(swapped.scene))).toBe(keyOf(shown(moved.scene)));
    expect(swapped.scene.drawing).toEqual(other);
  });

  it("kept is what was shown, left is what was there before", () => {
    expect(reduce(mixing, { type: "keepMix" }).scene.drawing).toEqual(shown(mixing.scene));
    expect(reduce(mixing, { type: "leaveMix" }).scene).toEqual(first.scene);
  });
});
