import { expect, it } from "vitest";
import golden from "../../../../tests/core/noise_golden.json";
import { gaussians, uniforms, words } from "./noise";

it.each(
  golden.map((one) => [`${one.seed}/${one.stream}`, one] as const),
)("gives the words, uniforms and Gaussians of the golden file for seed and stream %s", (_, one) => {
  const seed = BigInt(one.seed);
  const hex = Array.from(words(seed, one.stream, one.words.length), (word) =>
    word.toString(16).padStart(8, "0"),
  );
  expect(hex).toEqual(one.words);
  expect(Array.from(uniforms(seed, one.stream, one.uniforms.length))).toEqual(one.uniforms);
  const drawn = gaussians(seed, one.stream, one.gaussians.length);
  one.gaussians.forEach((wanted, i) => {
    expect(Math.abs((drawn[i] as number) - wanted)).toBeLessThanOrEqual(
      2 ** -22 * Math.max(1, Math.abs(wanted)),
    );
  });
});
