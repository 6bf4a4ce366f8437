import { expect, it } from "vitest";
import { actionOf, CHOICE_KEYS, type Pressed } from "./keys";

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

it("knows numbers by their place, on any layout, and only as many as there are choices", () => {
  expect(actionOf(press("&", { code: "Digit1" }), 8)).toEqual({ do: "choose", index: 0 });
  expect(actionOf(press("0", { code: "Digit0" }), 10)).toEqual({ do: "choose", index: 9 });
  expect(actionOf(press("9", { code: "Digit9" }), 8)).toBeNull();
  expect(actionOf(press("e"), 13)).toEqual({ do: "choose", index: 12 });
  expect(actionOf(press("e"), 12)).toBeNull();
});

it("has no key that means two things", () => {
  const others = ["k", "x", "c", "z", "u", "y", "s", "o", "r", "h", "v", " "];
  expect(others.filter((key) => CHOICE_KEYS.includes(key))).toEqual([]);
});

it("moves, and selects with shift", () => {
  expect(actionOf(press("ArrowRight", { shiftKey: true }), 0)).toEqual({
    do: "step",
    step: "right",
    extend: true,
  });
});

it("undoes and redoes as people are used to", () => {
  expect(actionOf(press("z"), 0)).toEqual({ do: "undo" });
  expect(actionOf(press("Z", { shiftKey: true }), 0)).toEqual({ do: "redo" });
  expect(actionOf(press("z", { ctrlKey: true }), 0)).toEqual({ do: "undo" });
  expect(actionOf(press("Z", { metaKey: true, shiftKey: true }), 0)).toEqual({ do: "redo" });
});

it("leaves the browser's own keys alone", () => {
  for (const key of ["r", "c", "l", "t", "1"]) expect(actionOf(press(key, { ctrlKey: true }), 8)).toBeNull();
  expect(actionOf(press("ArrowLeft", { altKey: true }), 8)).toBeNull();
  expect(actionOf(press("Tab"), 8)).toBeNull();
});
