import { describe, expect, it } from "vitest";
import { EXAMPLE, KINDS } from "./example";
import { COLOURS, codeOf, codesOf, columnsOf, type Group, kindOf, sizeOf, valueAt } from "./model";

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
  expect(Array.from(columnsOf(EXAMPLE, [2, 1, 2, -1]))).toEqual([0, 0, 1, 0, 1, 0, 0, 1, 0, 0]);
});

it("become the control that fits them", () => {
  expect(EXAMPLE.labels.map(kindOf)).toEqual(["colours", "flag", "scale", "choice"]);
  expect(kindOf({ name: "x", values: ["1", "2"] })).toBe("choice"); // two numbers are no scale
  expect(Object.values(COLOURS).every((colour) => /^#[0-9a-f]{6}$/.test(colour))).toBe(true);
});

describe("flags and numbers", () => {
  it("are the columns that core/conditions.py makes of them", () => {
    // The same as in tests/core/test_conditions.py.
    const columns = (codes: number[]) => Array.from(columnsOf(KINDS, codes));
    expect(columns([1, 0, 0])).toEqual([0, 1, -1, -1, 1]);
    expect(columns([-1, 1, 100])).toEqual([0, 0, 1, 1, 1]);
    expect(columns([0, -1, 25])).toEqual([1, 0, 0, -0.5, 1]);
    expect(columns([-1, -1, -1])).toEqual([0, 0, 0, 0, 0]);
  });

  it("are read and told as they are written", () => {
    const [hair, smile, year] = KINDS.labels as [Group, Group, Group];
    expect([hair, smile, year].map(sizeOf)).toEqual([2, 2, 101]);
    expect([hair, smile, year].map(kindOf)).toEqual(["colours", "flag", "scale"]);
    expect([codeOf(year, "2002.5"), codeOf(year, "2010"), codeOf(smile, "yes")]).toEqual([25, 100, 1]);
    expect(["1999", "2011", "soon", ""].map((text) => codeOf(year, text))).toEqual([-1, -1, -1, -1]);
    expect([valueAt(year, 3), valueAt(year, 100), valueAt(smile, 0), valueAt(year, -1)]).toEqual([
      "2000.3",
      "2010",
      "no",
      "",
    ]);
  });

  it("agree with rows of the data where they are near", () => {
    const near = {
      ...KINDS,
      label_rows: [
        [0, 0, 48],
        [1, 1, 90],
      ],
      label_row_counts: [1, 1000],
    };
    for (let seed = 0; seed < 20; seed++) expect(codesOf(near, seed, [-1, -1, 52])).toEqual([0, 0, 52]);
    for (let seed = 0; seed < 20; seed++) expect(codesOf(near, seed, [-1, -1, 94])).toEqual([1, 1, 94]);
  });
});
