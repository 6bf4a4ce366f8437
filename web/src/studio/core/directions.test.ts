import { expect, it } from "vitest";
import { principal } from "./directions";
import { gaussians } from "./noise";

it("finds the axes along which samples spread, longest first, as long as they spread", () => {
  const [count, dim] = [2000, 5];
  const spreads = [0.1, 3, 0.2, 1.5, 0.05];
  const samples = gaussians(1, 0, count * dim).map((x, i) => x * (spreads[i % dim] as number) + 7);
  const [first, second] = principal(samples, count, dim, 2);
  expect(first?.[1]).toBeCloseTo(3, 0);
  expect(second?.[3]).toBeCloseTo(1.5, 0);
  expect(Math.abs(first?.[3] ?? 1)).toBeLessThan(0.2);
});

it("survives samples that are all the same", () => {
  const found = principal(new Float32Array(40).fill(2), 10, 4, 3);
  expect(found.flatMap((v) => Array.from(v)).every((x) => Math.abs(x) < 1e-6)).toBe(true);
});
