import { expect, it } from "vitest";
import { type Order, parseOrder, parseStated, parseThumbs, resorted } from "./packed";

function withHead(head: unknown, ...arrays: ArrayBufferView[]): ArrayBuffer {
  const text = JSON.stringify(head);
  const padded = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 4) * 4));
  const parts = arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength));
  const size = 4 + padded.length + parts.reduce((sum, part) => sum + part.length, 0);
  const all = new Uint8Array(size);
  new DataView(all.buffer).setUint32(0, padded.length, true);
  all.set(padded, 4);
  let at = 4 + padded.length;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.buffer;
}

it("reads an order with what the head says", () => {
  const head = { count: 3, classes: ["keep", "reject"], scored: true, clustered: false, lacking: "" };
  const order = parseOrder(
    withHead(head, Uint32Array.of(7, 8, 9), Float32Array.of(0.5, 0.75, 1), Uint32Array.of(1, 0, 1)),
  );
  expect([...order.faces]).toEqual([7, 8, 9]);
  expect([...(order.scores ?? [])]).toEqual([0.5, 0.75, 1]);
  expect([...(order.codes ?? [])]).toEqual([1, 0, 1]);
  expect(order.clusters).toBeNull();
  expect(order.learned).toBeNull();
});

it("reads clusters, and an order of nothing", () => {
  const head = { count: 2, classes: [], scored: false, clustered: true, lacking: "12 more" };
  expect([
    ...(parseOrder(withHead(head, Uint32Array.of(1, 2), Uint32Array.of(0, 0))).clusters ?? []),
  ]).toEqual([0, 0]);
  expect(parseOrder(withHead({ ...head, count: 0 })).faces.length).toBe(0);
});

it("reads the numbers that an order goes by", () => {
  const head = { count: 2, classes: [], scored: false, clustered: false, numbered: true, lacking: "" };
  const order = parseOrder(withHead(head, Uint32Array.of(9, 4), Float32Array.of(31.5, 2)));
  expect([...order.faces]).toEqual([9, 4]);
  expect([...(order.numbers ?? [])]).toEqual([31.5, 2]);
});

it("reads stated labels", () => {
  const stated = parseStated(withHead({ values: ["blue", "red"] }, Int16Array.of(-1, 0, 1)));
  expect(stated.values[stated.codes[2] as number]).toBe("red");
  expect(stated.codes[0]).toBe(-1);
});

it("cuts thumbnails apart, empty ones too", () => {
  const bytes = new Uint8Array([...new Uint8Array(Uint32Array.of(3, 2, 0, 1).buffer), 1, 2, 3]);
  expect(parseThumbs(bytes.buffer).map((part) => [...part])).toEqual([[1, 2], [], [3]]);
});

const plain = { clusters: null, numbers: null, classes: ["a"], lacking: "", learned: null };

it("leaves what was gone through where it is and sorts the rest anew, without a face twice", () => {
  const now: Order = {
    ...plain,
    faces: Uint32Array.of(1, 2, 3, 4),
    scores: Float32Array.of(0.1, 0.2, 0.3, 0.4),
    codes: new Uint32Array(4),
  };
  const next: Order = {
    ...plain,
    faces: Uint32Array.of(4, 2, 3),
    scores: Float32Array.of(0.5, 0.6, 0.7),
    codes: Uint32Array.of(0, 0, 1),
  };
  const sorted = resorted(now, 2, next);
  expect([...sorted.faces]).toEqual([1, 2, 4, 3]);
  expect([...(sorted.scores ?? [])].map((s) => Math.round(s * 10))).toEqual([1, 2, 5, 7]);
  expect([...(sorted.codes ?? [])]).toEqual([0, 0, 0, 1]);
});
