import { expect, it } from "vitest";
import { hashOf, START, specOf } from "./address";
import { shownValue } from "./state";

it("keeps a view in the address and reads it back", () => {
  const spec = {
    ...START,
    view: "doubt" as const,
    label: "hair_color",
    where: "label:year",
    equals: "2004",
    undecided: true,
  };
  expect(specOf(hashOf(spec))).toEqual({ ...spec, face: expect.any(Number) });
  expect(specOf("")).toMatchObject({ view: "all", label: "review" });
});

it("takes nothing from an address that it does not know", () => {
  expect(specOf("#view=<b>&label=../x&face=x")).toMatchObject({ view: "all", label: "review", face: -1 });
});

it("shows what was decided before what the dataset says", () => {
  const stated = { values: ["blue", "red"], codes: Int16Array.of(1, -1) };
  expect(shownValue({}, "hair_color", stated, 0)).toBe("red");
  expect(shownValue({ hair_color: "pink" }, "hair_color", stated, 0)).toBe("pink");
  expect(shownValue({}, "hair_color", stated, 1)).toBeUndefined();
  expect(shownValue({}, "hair_color", stated, 5)).toBeUndefined();
});
