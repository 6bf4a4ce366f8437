import { expect, it } from "vitest";
import type { Drawn } from "./messages";
import { Pictures } from "./pictures";

function picture(key: string, side: number): Drawn {
  const enlarged = side ? new Uint8ClampedArray(side * side * 4) : null;
  return { key, size: 2, rgba: new Uint8ClampedArray(16), side, enlarged, drawMs: 1 };
}

it("gives a picture back at its size, and small as well", () => {
  const pictures = new Pictures(10_000);
  pictures.add("m", picture("a", 8));
  expect(pictures.get("m", "a", 8)?.enlarged).toHaveLength(256);
  expect(pictures.get("m", "a", 0)).toMatchObject({ side: 0, enlarged: null });
  expect(pictures.get("m", "a", 16)).toBeUndefined();
  expect(pictures.get("other", "a", 8)).toBeUndefined();
});

it("drops the oldest where they grow too many, never the newest", () => {
  const pictures = new Pictures(64);
  for (const key of ["a", "b", "c", "d", "e", "f"]) pictures.add("m", picture(key, 0));
  expect(["a", "b", "c", "d", "e", "f"].filter((key) => pictures.get("m", key, 0))).toEqual([
    "c",
    "d",
    "e",
    "f",
  ]);
  pictures.add("m", picture("g", 8));
  expect(pictures.get("m", "g", 0)).toBeDefined();
});
