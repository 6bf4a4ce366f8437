/**
 * Enlarging for the eye alone: Lanczos's kernel of three lobes in both directions, then a little unsharp masking, which
 * gives back the edge that any smooth kernel takes from line art. Saved and shared drawings are untouched by it.
 */

const LOBES = 3;
const SHARPEN = 0.35;

/** `rgba` of size x size px, enlarged to side x side px, side > size. */
export function enlarged(
  rgba: Uint8ClampedArray,
  size: number,
  side: number,
): Uint8ClampedArray<ArrayBuffer> {
  const table = weights(size, side);
  const wide = new Float32Array(side * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < side; x++) {
      let [r, g, b] = [0, 0, 0];
      for (let k = 0; k < 2 * LOBES; k++) {
        const weight = table.weight[x * 2 * LOBES + k] as number;
        const from = (y * size + (table.place[x * 2 * LOBES + k] as number)) * 4;
        r += weight * (rgba[from] as number);
        g += weight * (rgba[from + 1] as number);
        b += weight * (rgba[from + 2] as number);
      }
      const to = (y * side + x) * 3;
      wide[to] = r;
      wide[to + 1] = g;
      wide[to + 2] = b;
    }
  }
  const tall = new Float32Array(side * side * 3);
  const row = side * 3;
  for (let y = 0; y < side; y++) {
    for (let k = 0; k < 2 * LOBES; k++) {
      const weight = table.weight[y * 2 * LOBES + k] as number;
      const from = (table.place[y * 2 * LOBES + k] as number) * row;
      const to = y * row;
      for (let i = 0; i < row; i++)
        tall[to + i] = (tall[to + i] as number) + weight * (wide[from + i] as number);
    }
  }
  return sharpened(tall, side, Math.max(1, Math.round(side / size / 2)));
}

/** Pixels plus SHARPEN times their difference from the mean of four neighbours `reach` px away, as rgba. */
function sharpened(rgb: Float32Array, side: number, reach: number): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y++) {
    const up = Math.max(0, y - reach) * side;
    const down = Math.min(side - 1, y + reach) * side;
    for (let x = 0; x < side; x++) {
      const left = y * side + Math.max(0, x - reach);
      const right = y * side + Math.min(side - 1, x + reach);
      const at = y * side + x;
      for (let c = 0; c < 3; c++) {
        const here = rgb[at * 3 + c] as number;
        const around =
          (rgb[left * 3 + c] as number) +
          (rgb[right * 3 + c] as number) +
          (rgb[(up + x) * 3 + c] as number) +
          (rgb[(down + x) * 3 + c] as number);
        out[at * 4 + c] = here + SHARPEN * (here - around / 4);
      }
      out[at * 4 + 3] = 255;
    }
  }
  return out;
}

interface Table {
  weight: Float32Array; // [side * 2 LOBES], summing to 1 for each place
  place: Int32Array;
}

const tables = new Map<string, Table>();

function weights(size: number, side: number): Table {
  const key = `${size}/${side}`;
  const known = tables.get(key);
  if (known) return known;
  const taps = 2 * LOBES;
  const table = { weight: new Float32Array(side * taps), place: new Int32Array(side * taps) };
  for (let i = 0; i < side; i++) {
    const centre = ((i + 0.5) * size) / side - 0.5;
    const first = Math.floor(centre) - LOBES + 1;
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const value = lanczos(first + k - centre);
      table.weight[i * taps + k] = value;
      table.place[i * taps + k] = Math.min(size - 1, Math.max(0, first + k));
      sum += value;
    }
    for (let k = 0; k < taps; k++) table.weight[i * taps + k] = (table.weight[i * taps + k] as number) / sum;
  }
  tables.set(key, table);
  return table;
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const p = Math.PI * x;
  return (LOBES * Math.sin(p) * Math.sin(p / LOBES)) / (p * p);
}
