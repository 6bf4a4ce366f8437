import { describe, expect, it } from "vitest";
import { encodeDrawing, keyOf, mixed, near, plain } from "./drawing";
import { EXAMPLE, KINDS } from "./example";
import { codesOf } from "./model";
import { drawnAnew, firstScene, fromAddress, gridOf, likeThis, type Scene, toAddress } from "./scene";

const first = firstScene(EXAMPLE, 42);
const again = (scene: Scene) =>
  fromAddress(`#${toAddress("m", EXAMPLE, scene)}`, EXAMPLE, firstScene(EXAMPLE, 7));

describe("an address", () => {
  it("is readable for a plain drawing", () => {
    const scene = { ...first, drawing: plain(5, [2, 1, 0, 1], 0.75), locks: ["smile"] };
    expect(toAddress("m", EXAMPLE, scene)).toBe(
      "model=m&seed=5&hair_color=pink&smile=yes&year=2000&class=Cocoa&truncation=0.75&lock=smile",
    );
  });

  it("names flags and numbers as the command line does, and reads them back", () => {
    const scene = { ...firstScene(KINDS, 42), drawing: plain(5, [1, 0, 64], 1) };
    const address = toAddress("m", KINDS, scene);
    expect(address).toBe("model=m&seed=5&hair_color=pink&smile=no&year=2006.4&truncation=1");
    expect(fromAddress(`#${address}`, KINDS, firstScene(KINDS, 1)).drawing).toEqual(scene.drawing);
  });

  const far = near(first.drawing, 3, 0.25);
  const mix = { partner: far, shape: 0.3, looks: 0.3, together: true };
  it.each<[string, Scene]>([
    ["a first scene", first],
    ["an unknown label", { ...first, drawing: plain(5, [2, 1, 2, -1], 0.75) }],
    ["a mixture", { ...first, mix }],
    ["a mixture of face and features apart", { ...first, mix: { ...mix, looks: 0.9, together: false } }],
    ["a kept mixture", { ...first, drawing: mixed(first.drawing, far, 0.25, 0.25) }],
    ["locks and fixed noise", { ...first, locks: ["year", "class"], noiseFixed: true }],
    ["a grid", { ...first, view: "grid", sheet: 99, count: 24 }],
    ["more like this", { ...first, view: "like", sheet: 98, amount: 0.65, count: 48 }],
  ])("holds %s", (_, scene) => {
    const back = again({ ...scene, sheet: scene.view === "one" ? 7 : scene.sheet });
    expect({ ...back, drawing: encodeDrawing(back.drawing), sheet: 0 }).toEqual({
      ...scene,
      drawing: encodeDrawing(scene.drawing),
      sheet: 0,
    });
    if (scene.view !== "one") expect(back.sheet).toBe(scene.sheet);
  });

  it("of a seed alone draws what the command line draws from it: as trained, labels from the data", () => {
    expect(fromAddress("#seed=12", EXAMPLE, first).drawing).toEqual(
      plain(12, codesOf(EXAMPLE, 12, [-1, -1, -1, -1]), 1),
    );
    const pink = fromAddress("#seed=12&hair_color=pink", EXAMPLE, first).drawing;
    expect(pink).toEqual(plain(12, codesOf(EXAMPLE, 12, [2, -1, -1, -1]), 1));
  });

  it("that says nonsense is as good as none", () => {
    const nonsense =
      "#seed=-1&hair_color=rainbow&truncation=x&view=none&lock=nose&drawing=1!&with=?&count=1e9";
    const { drawing, ...rest } = fromAddress(nonsense, EXAMPLE, first);
    const { drawing: wanted, ...others } = first;
    expect(rest).toEqual(others);
    expect(drawing.faces[0]?.noise).toEqual(wanted.faces[0]?.noise);
  });
});

describe("a drawing anew", () => {
  it("keeps what is locked", () => {
    const scene = { ...first, drawing: plain(5, [2, 1, 0, 1], 0.75), locks: ["hair_color", "year"] };
    for (let seed = 0; seed < 30; seed++) {
      const { faces } = drawnAnew(EXAMPLE, scene, seed);
      expect([faces[0]?.codes[0], faces[0]?.codes[2]]).toEqual([2, 0]);
      expect(faces[0]?.noise.seed).toBe(seed);
    }
  });

  it("with fixed noise changes the free labels alone", () => {
    const scene = { ...first, noiseFixed: true };
    expect(drawnAnew(EXAMPLE, scene, 77).faces[0]?.noise).toEqual(first.drawing.faces[0]?.noise);
  });
});

it("the grid and its neighbours hold as many different drawings as are asked for", () => {
  for (const drawings of [gridOf(EXAMPLE, { ...first, count: 24 }), likeThis({ ...first, count: 24 })]) {
    expect(new Set(drawings.map(keyOf)).size).toBe(24);
  }
});
