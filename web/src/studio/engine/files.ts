/** Fetching a model once: its files are kept by the browser under their checksum, and checked against it. */

import type { About, Listed } from "../core/model";
import { FORMAT, FORMAT_VERSIONS } from "../core/model";

const CACHE = "tachie-models-1";

export async function listModels(base: string): Promise<Listed[]> {
  const answer = await fetch(new URL("models/index.json", base));
  if (!answer.ok) throw new Error(`models/index.json: ${answer.status} ${answer.statusText}`);
  return ((await answer.json()) as { models: Listed[] }).models;
}

export async function readAbout(base: string, model: string): Promise<About> {
  const answer = await fetch(fileOf(base, model, "generator.json"));
  if (!answer.ok) throw new Error(`${model}: ${answer.status} ${answer.statusText}`);
  const about = (await answer.json()) as About;
  if (about.format !== FORMAT || !FORMAT_VERSIONS.includes(about.format_version)) {
    const known = FORMAT_VERSIONS.join(" or ");
    throw new Error(`${model}: ${about.format} ${about.format_version}, not ${FORMAT} ${known}`);
  }
  return about;
}

/** The bytes of one file of a model, from the browser's cache where it has them. */
export async function readFile(
  base: string,
  model: string,
  name: string,
  sha256: string,
  progress: (loaded: number, total: number) => void,
): Promise<Uint8Array> {
  const url = fileOf(base, model, name);
  const key = `${url}?sha256=${sha256}`;
  // Only where the page is from https or from this machine do browsers give a cache and checksums.
  const cache = globalThis.caches ? await caches.open(CACHE).catch(() => null) : null;
  const known = await cache?.match(key);
  if (known) return new Uint8Array(await known.arrayBuffer());
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
  const bytes = await streamed(answer, progress);
  if (globalThis.crypto?.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex !== sha256) throw new Error(`${name}: another checksum than generator.json says`);
  }
  // Written beside the drawing, not before it; a full disk is no reason to stop.
  cache?.put(key, new Response(bytes)).catch(() => undefined);
  return bytes;
}

async function streamed(
  answer: Response,
  progress: (loaded: number, total: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const total = Number(answer.headers.get("content-length") ?? 0);
  const reader = answer.body?.getReader();
  if (!reader) return new Uint8Array(await answer.arrayBuffer());
  const parts: Uint8Array[] = [];
  let loaded = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    parts.push(step.value);
    loaded += step.value.length;
    progress(loaded, Math.max(total, loaded));
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function fileOf(base: string, model: string, name: string): string {
  return new URL(`models/${encodeURIComponent(model)}/${name}`, base).href;
}
