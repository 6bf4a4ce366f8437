/**
 * The one source of chance, as in src/tachie/core/noise.py: Philox4x32-10 (Salmon et al. 2011) and Box and Muller's
 * formula. Key = the 64-bit seed, counter = (block, stream, 0, 0). Both are held to tests/core/noise_golden.json.
 */

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** The upper 32 bits of a 32 x 32 bit product, from 16-bit halves. */
function mulHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16); // below 2^33: exact in a double
  const middleLow = (middle % 0x10000) + a0 * b1;
  return (a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(middleLow / 0x10000)) >>> 0;
}

/** `count` random 32-bit words of one stream of one seed (modulo 2^64). */
export function words(seed: number | bigint, stream: number, count: number): Uint32Array {
  const key = BigInt.asUintN(64, BigInt(seed));
  const low = Number(key & 0xffffffffn);
  const high = Number(key >> 32n);
  const blocks = Math.ceil(count / 4);
  const out = new Uint32Array(blocks * 4);
  for (let block = 0; block < blocks; block++) {
    let [c0, c1, c2, c3] = [block, stream >>> 0, 0, 0];
    let [k0, k1] = [low, high];
    for (let round = 0; round < 10; round++) {
      const next0 = (mulHigh(M1, c2) ^ c1 ^ k0) >>> 0;
      const next2 = (mulHigh(M0, c0) ^ c3 ^ k1) >>> 0;
      c1 = Math.imul(M1, c2) >>> 0;
      c3 = Math.imul(M0, c0) >>> 0;
      c0 = next0;
      c2 = next2;
      k0 = (k0 + W0) >>> 0;
      k1 = (k1 + W1) >>> 0;
    }
    out.set([c0, c1, c2, c3], block * 4);
  }
  return out.subarray(0, count);
}

/** `count` numbers inside (0, 1), never 0 or 1. */
export function uniforms(seed: number | bigint, stream: number, count: number): Float64Array {
  return Float64Array.from(words(seed, stream, count), (word) => (word + 0.5) / 2 ** 32);
}

/** `count` standard normal numbers, computed in double precision and rounded once. */
export function gaussians(seed: number | bigint, stream: number, count: number): Float32Array {
  const u = uniforms(seed, stream, count + (count % 2));
  const out = new Float32Array(u.length);
  for (let i = 0; i < u.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(u[i] as number));
    const angle = 2 * Math.PI * (u[i + 1] as number);
    out[i] = radius * Math.cos(angle);
    out[i + 1] = radius * Math.sin(angle);
  }
  return out.subarray(0, count);
}
