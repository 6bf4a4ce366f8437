/** The server's binary answers: a JSON header, then arrays of numbers (src/tachie/studio/review/api.py). */

export interface Learned {
  fit: string;
  examples: number;
  classes: string[];
  accuracy: number;
  validated: number;
  sure: number;
  sure_right: number;
  above: number[];
}

export interface Order {
  faces: Uint32Array;
  /** What the head thinks likeliest of each face, as a place in `classes`, and how likely. */
  codes: Uint32Array | null;
  scores: Float32Array | null;
  clusters: Uint32Array | null;
  /** What the view "sorted" goes by, of each face. */
  numbers: Float32Array | null;
  classes: string[];
  lacking: string;
  learned: Learned | null;
}

interface OrderHead {
  count: number;
  classes: string[];
  scored: boolean;
  clustered: boolean;
  numbered: boolean;
  lacking: string;
  learned?: Learned;
}

function unpack<T>(buffer: ArrayBuffer): { head: T; start: number } {
  const length = new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  return { head: JSON.parse(text) as T, start: 4 + length };
}

export function parseOrder(buffer: ArrayBuffer): Order {
  const { head, start } = unpack<OrderHead>(buffer);
  const size = head.count * 4;
  let at = start;
  const next = () => {
    const here = at;
    at += size;
    return here;
  };
  return {
    faces: new Uint32Array(buffer, next(), head.count),
    scores: head.scored ? new Float32Array(buffer, next(), head.count) : null,
    codes: head.scored ? new Uint32Array(buffer, next(), head.count) : null,
    clusters: head.clustered ? new Uint32Array(buffer, next(), head.count) : null,
    numbers: head.numbered ? new Float32Array(buffer, next(), head.count) : null,
    classes: head.classes,
    lacking: head.lacking,
    learned: head.learned ?? null,
  };
}

export interface Stated {
  values: string[];
  codes: Int16Array;
}

export function parseStated(buffer: ArrayBuffer): Stated {
  const { head, start } = unpack<{ values: string[] }>(buffer);
  return { values: head.values, codes: new Int16Array(buffer, start) };
}

/** Thumbnails in the order in which they were asked for; empty where a picture is broken. */
export function parseThumbs(buffer: ArrayBuffer): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(buffer);
  const count = view.getUint32(0, true);
  let at = 4 + 4 * count;
  return Array.from({ length: count }, (_, i) => {
    const length = view.getUint32(4 + 4 * i, true);
    const bytes = new Uint8Array(buffer, at, length);
    at += length;
    return bytes;
  });
}

/** An order whose first `keep` faces stay where they are, followed by what else `next` holds. */
export function resorted(now: Order, keep: number, next: Order): Order {
  const stays = new Set(now.faces.subarray(0, keep));
  const rest: number[] = [];
  next.faces.forEach((face, i) => {
    if (!stays.has(face)) rest.push(i);
  });
  const count = stays.size + rest.length;
  const faces = new Uint32Array(count);
  faces.set(now.faces.subarray(0, keep));
  const scored = next.scores !== null && next.codes !== null;
  const scores = scored ? new Float32Array(count) : null;
  const codes = scored ? new Uint32Array(count) : null;
  if (now.scores && now.codes && scores && codes) {
    scores.set(now.scores.subarray(0, keep));
    codes.set(now.codes.subarray(0, keep));
  }
  rest.forEach((i, k) => {
    faces[keep + k] = next.faces[i] as number;
    if (scores && codes) {
      scores[keep + k] = next.scores?.[i] ?? 0;
      codes[keep + k] = next.codes?.[i] ?? 0;
    }
  });
  return { ...next, faces, scores, codes };
}
