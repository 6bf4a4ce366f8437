import { expect, it } from "vitest";
import { commandOf, type Pressed } from "./keys";

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

it("knows its keys, with Shift for the exact PNG and Ctrl for undo", () => {
  expect(commandOf(press("n"), "BODY")).toBe("anew");
  expect(commandOf(press("N", { shiftKey: true }), "BODY")).toBe("anew");
  expect(commandOf(press("s"), "BODY")).toBe("saveLarge");
  expect(commandOf(press("S", { shiftKey: true }), "BODY")).toBe("saveExact");
  expect(commandOf(press("z", { ctrlKey: true }), "BODY")).toBe("undo");
  expect(commandOf(press("Z", { metaKey: true, shiftKey: true }), "BODY")).toBe("redo");
});

it("leaves the browser's and the focused control's keys alone", () => {
  expect(commandOf(press("s", { ctrlKey: true }), "BODY")).toBeNull();
  expect(commandOf(press("ArrowLeft"), "BODY")).toBeNull();
  expect(commandOf(press("n", { altKey: true }), "BODY")).toBeNull();
  expect(commandOf(press(" "), "BUTTON")).toBeNull();
  expect(commandOf(press("Enter"), "A")).toBeNull();
  expect(commandOf(press("f"), "SELECT")).toBeNull();
  expect(commandOf(press("1"), "INPUT number")).toBeNull();
  expect(commandOf(press("f"), "BUTTON")).toBe("favourite");
});
