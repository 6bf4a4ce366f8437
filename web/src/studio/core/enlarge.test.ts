import { expect, it } from "vitest";
import { enlarged } from "./enlarge";

function picture(size: number, value: (x: number, y: number) => number): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let i = 0; i < size * size; i++) rgba.fill(value(i % size, Math.floor(i / size)), i * 4, i * 4 + 3);
  return rgba;
}

it("keeps an even colour even, and opaque", () => {
  const large = enlarged(
    picture(8, () => 77),
    8,
    40,
  );
  expect(large.length).toBe(40 * 40 * 4);
  expect(large.every((v, i) => v === (i % 4 === 3 ? 255 : 77))).toBe(true);
});

it("keeps a slope a slope, and its place", () => {
  const large = enlarged(
    picture(16, (x) => x * 12 + 20),
    16,
    64,
  );
  const row = Array.from({ length: 40 }, (_, i) => large[(32 * 64 + 12 + i) * 4] as number);
  row.forEach((v, i) => {
    expect(Math.abs(v - (((12 + i + 0.5) / 4 - 0.5) * 12 + 20))).toBeLessThanOrEqual(2);
  });
});

it("makes an edge steeper than a straight line between the two sides would be", () => {
  const large = enlarged(
    picture(16, (x) => (x < 8 ? 60 : 180)),
    16,
    64,
  );
  const row = Array.from({ length: 64 }, (_, x) => large[(30 * 64 + x) * 4] as number);
  const steepest = Math.max(...row.slice(1).map((v, i) => v - (row[i] as number)));
  expect(steepest).toBeGreaterThan(120 / 4);
});
