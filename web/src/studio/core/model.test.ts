import { describe, expect, it } from "vitest";
import { EXAMPLE } from "./example";
import { COLOURS, codesOf, kindOf, oneHot } from "./model";

const FREE = [-1, -1, -1, -1];

describe("the labels that a seed is drawn with", () => {
  it("come from the rows of the data, as often as each occurs", () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++) {
      const key = codesOf(EXAMPLE, seed, FREE).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(EXAMPLE.label_rows.map((row) => row.join()).sort());
    expect((counts.get("0,0,0,0") ?? 0) / 2000).toBeCloseTo(0.5, 1);
  });

  it("keep what is fixed, and prefer rows that agree with it", () => {
    for (let seed = 0; seed < 100; seed++) {
      const codes = codesOf(EXAMPLE, seed, [1, -1, -1, -1]);
      expect(["1,1,1,1", "1,0,2,0"]).toContain(codes.join());
    }
    expect(codesOf(EXAMPLE, 1, [2, 0, 0, 1])).toEqual([2, 0, 0, 1]);
  });
});

it("are one-hot, with zeros for an unknown group", () => {
  expect(Array.from(oneHot(EXAMPLE, [2, 1, 2, -1]))).toEqual([0, 0, 1, 0, 1, 0, 0, 1, 0, 0]);
});

it("become the control that fits them", () => {
  expect(EXAMPLE.labels.map(kindOf)).toEqual(["colours", "flag", "scale", "choice"]);
  expect(kindOf({ name: "x", values: ["1", "2"] })).toBe("choice"); // two numbers are no scale
  expect(Object.values(COLOURS).every((colour) => /^#[0-9a-f]{6}$/.test(colour))).toBe(true);
});
