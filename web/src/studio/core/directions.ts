/**
 * The directions in which a model's faces differ most: principal components of w (Härkönen et al. 2020, "GANSpace",
 * arXiv:2004.02546), found in the page from w's of fixed seeds, the same on every machine.
 */

export const DIRECTIONS = 6;
const ROUNDS = 60;

/** The `most` strongest directions of `samples` (count x dim), each as long as one standard deviation along it. */
export function principal(
  samples: Float32Array,
  count: number,
  dim: number,
  most = DIRECTIONS,
): Float64Array[] {
  const covariance = covarianceOf(samples, count, dim);
  const found: Float64Array[] = [];
  for (let k = 0; k < Math.min(most, dim); k++) {
    // Power iteration, kept square to those found before; it starts the same everywhere.
    let v = Float64Array.from({ length: dim }, (_, i) => Math.cos(i * (k + 1)) + (i === k ? 1 : 0));
    let spread = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const next = new Float64Array(dim);
      for (let i = 0; i < dim; i++) {
        for (let j = 0; j < dim; j++) next[i] = at(next, i) + at(covariance, i * dim + j) * at(v, j);
      }
      for (const other of found) {
        const along = dot(next, other) / Math.max(dot(other, other), 1e-30);
        for (let i = 0; i < dim; i++) next[i] = at(next, i) - along * at(other, i);
      }
      spread = Math.sqrt(dot(next, next));
      if (spread < 1e-12) break;
      v = next.map((x) => x / spread);
    }
    // Of the two opposite ones, that whose largest part is positive.
    const largest = v.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
    const length = Math.sqrt(spread) * Math.sign(largest || 1);
    found.push(v.map((x) => x * length));
  }
  return found;
}

function covarianceOf(samples: Float32Array, count: number, dim: number): Float64Array {
  const mean = new Float64Array(dim);
  for (let n = 0; n < count; n++)
    for (let i = 0; i < dim; i++) mean[i] = at(mean, i) + at(samples, n * dim + i) / count;
  const covariance = new Float64Array(dim * dim);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < dim; i++) {
      const here = (at(samples, n * dim + i) - at(mean, i)) / count;
      for (let j = 0; j < dim; j++) {
        covariance[i * dim + j] =
          at(covariance, i * dim + j) + here * (at(samples, n * dim + j) - at(mean, j));
      }
    }
  }
  return covariance;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + x * at(b, i), 0);
}

function at(list: Float32Array | Float64Array, i: number): number {
  return list[i] as number;
}
