import { expect, it } from "vitest";
import { layoutOf, placeAt, placesIn, scrolledTo, stepped, visible } from "./layout";

const layout = layoutOf(50_000, 1003, 97, 3); // ten columns of 100 px

it("fits whole columns into the width, one at least", () => {
  expect(layout).toMatchObject({ columns: 10, pitch: 100, rows: 5000, height: 500_000 });
  expect(layoutOf(5, 40, 97, 3)).toMatchObject({ columns: 1, rows: 5 });
  expect(layoutOf(0, 500, 97, 3)).toMatchObject({ rows: 0, height: 0 });
});

it("looks at what is seen alone", () => {
  expect(visible(layout, 50_000, 250_050, 500)).toEqual({ first: 25_000, last: 25_060 });
  expect(visible(layout, 50_000, 499_900, 500)).toEqual({ first: 49_990, last: 50_000 });
  expect(visible(layoutOf(3, 1003, 97, 3), 3, 0, 500)).toEqual({ first: 0, last: 3 });
});

it("finds the face under a point, and none beside them", () => {
  expect(placeAt(layout, 50_000, 250, 150)).toBe(12);
  expect(placeAt(layout, 50_000, 1001, 50)).toBe(-1);
  expect(placeAt(layout, 12, 250, 150)).toBe(-1);
});

it("selects what a box touches, drawn in any direction", () => {
  const want = [11, 12, 21, 22];
  expect(placesIn(layout, 50_000, { x0: 150, y0: 150, x1: 250, y1: 250 })).toEqual(want);
  expect(placesIn(layout, 50_000, { x0: 250, y0: 250, x1: 150, y1: 150 })).toEqual(want);
  expect(placesIn(layout, 22, { x0: 150, y0: 150, x1: 250, y1: 250 })).toEqual([11, 12, 21]);
  expect(placesIn(layout, 0, { x0: 0, y0: 0, x1: 9, y1: 9 })).toEqual([]);
});

it("moves the cursor and stays inside", () => {
  expect(stepped(layout, 50_000, 0, "left", 4)).toBe(0);
  expect(stepped(layout, 50_000, 5, "up", 4)).toBe(5);
  expect(stepped(layout, 50_000, 15, "down", 4)).toBe(25);
  expect(stepped(layout, 50_000, 49_995, "down", 4)).toBe(49_995);
  expect(stepped(layoutOf(25, 1003, 97, 3), 25, 18, "down", 4)).toBe(24);
  expect(stepped(layout, 50_000, 15, "pagedown", 4)).toBe(55);
  expect(stepped(layout, 50_000, 15, "end", 4)).toBe(49_999);
  expect(stepped(layout, 50_000, 15, "home", 4)).toBe(0);
  expect(stepped(layoutOf(0, 500, 97, 3), 0, 0, "right", 4)).toBe(0);
});

it("scrolls just so far that a face is wholly seen", () => {
  expect(scrolledTo(layout, 25, 0, 500)).toBe(0);
  expect(scrolledTo(layout, 55, 0, 500)).toBe(100);
  expect(scrolledTo(layout, 5, 300, 500)).toBe(0);
});
