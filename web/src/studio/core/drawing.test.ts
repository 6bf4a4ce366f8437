import { describe, expect, it } from "vitest";
import {
  codesIn,
  decodeDrawing,
  encodeDrawing,
  keyOf,
  latent,
  mixed,
  near,
  plain,
  withCode,
  withMove,
} from "./drawing";
import { gaussians } from "./noise";

const SIZES = [3, 2];
const a = plain(1, [0, 1], 0.8);
const b = plain(2, [2, 0], 0.6);
const weights = (d: { faces: readonly { weight: number }[] }) =>
  d.faces.reduce((sum, f) => sum + f.weight, 0);

describe("a latent", () => {
  it("is the seed's own without steps", () => {
    expect(latent({ seed: 5, steps: [] }, 16)).toEqual(gaussians(5, 0, 16));
  });

  it("stays as long as it was however far it is turned", () => {
    const z = latent(
      {
        seed: 5,
        steps: [
          { seed: 6, amount: 0.5 },
          { seed: 7, amount: 0.9 },
        ],
      },
      4096,
    );
    expect(z.reduce((sum, v) => sum + v * v, 0) / 4096).toBeCloseTo(1, 1);
    expect(latent({ seed: 5, steps: [{ seed: 6, amount: 0 }] }, 16)).toEqual(gaussians(5, 0, 16));
  });
});

describe("a mixture", () => {
  it("is each drawing at its end", () => {
    expect(keyOf(mixed(a, b, 0, 0))).toBe(keyOf(a));
    expect(keyOf(mixed(a, b, 1, 1))).toBe(keyOf(b));
  });

  it("takes the face of one and the labels of the other at the far corners", () => {
    const corner = mixed(a, b, 0, 1);
    expect(corner.faces).toEqual([{ noise: { seed: 1, steps: [] }, codes: [2, 0], weight: 1 }]);
  });

  it("of drawings with the same labels is a straight line", () => {
    const middle = mixed(a, plain(2, [0, 1], 0.8), 0.25, 0.25);
    expect(middle.faces.map((f) => [f.noise.seed, f.weight])).toEqual([
      [1, 0.75],
      [2, 0.25],
    ]);
  });

  it("of mixtures stays small and sums to one", () => {
    let d = a;
    for (let seed = 10; seed < 20; seed++) d = mixed(d, plain(seed, [1, 0], 1), 0.5, 0.3);
    expect(d.faces.length).toBeLessThanOrEqual(8);
    expect(weights(d)).toBeCloseTo(1, 9);
  });
});

it("near another keeps its labels, and a label is set in every face", () => {
  const close = near(mixed(a, b, 0.5, 0.5), 9, 0.3);
  expect(close.faces.every((f) => f.noise.steps.length === 1)).toBe(true);
  expect(withCode(close, 0, 1).faces.every((f) => f.codes[0] === 1)).toBe(true);
  expect(codesIn(close)).toHaveLength(2);
});

describe("a drawing as text", () => {
  it.each([
    a,
    near(a, 7, 0.25),
    mixed(a, b, 0.25, 0.75),
    plain(3, [-1, 0], 1),
  ])("comes back as it was %#", (d) => {
    const back = decodeDrawing(encodeDrawing(d), SIZES);
    expect(back && encodeDrawing(back)).toBe(encodeDrawing(d));
  });

  it("keeps how far it is moved along the directions, and nothing where it is not", () => {
    const moved = withMove(withMove(a, 3, -1.5), 1, 0.25);
    expect(encodeDrawing(moved)).toContain("0.8~0~0.25~0~-1.5!");
    expect(decodeDrawing(encodeDrawing(moved), SIZES)).toEqual(moved);
    expect(encodeDrawing(withMove(a, 3, 0))).toBe(encodeDrawing(a));
    expect(mixed(moved, a, 0.5, 0.5).moves).toEqual([0, 0.125, 0, -0.75]);
  });

  it.each([
    "",
    "1",
    "1~9!1*5//0.1", // moved too far
    "1~~!1*5//0.1",
    "1~1~1~1~1~1~1~1!1*5//0.1",
    "1!x",
    "9!1*5//0.1", // truncation out of range
    "1!1*5//0", // a label too few
    "1!1*5//3.0", // no such value
    "1!1*5//0.1.0", // a label too many
    "1!1*-5//0.1",
    "1!2*5//0.1",
    "1!1*5/6:2/0.1",
    "1!1*5/6:/0.1",
    `1!${"1*5//0.1!".repeat(20)}1*5//0.1`,
    "1!1*99999999999999999999//0.1",
  ])("that is none is refused: %s", (text) => {
    expect(decodeDrawing(text, SIZES)).toBeNull();
  });
});
