/** One opened model: ONNX Runtime's two sessions, and drawings to pixels. */

import type { InferenceSession, Tensor } from "onnxruntime-web";
import { principal } from "../core/directions";
import { type Drawing, type Face, latent } from "../core/drawing";
import { type About, codesOf, columnsOf } from "../core/model";
import { readFile } from "./files";
import type { Runtime } from "./messages";

type Ort = typeof import("onnxruntime-web");

export interface Generator {
  about: About;
  runtime: Runtime;
  draw: (drawing: Drawing) => Promise<Uint8ClampedArray<ArrayBuffer>>;
}

/**
 * Start ONNX Runtime: with WebGPU where there is a real one, or else with WASM; `wanted` insists on one of them. Called at
 * once, so that its 14 MB are fetched and compiled while the model is still on its way.
 */
export async function startRuntime(wanted: Runtime | null): Promise<Started> {
  const runtime = wanted ?? ((await hasWebGpu()) ? "webgpu" : "wasm");
  // The build with WebGPU needs WebAssembly's promise integration, which the browsers that have WebGPU bring.
  const ort: Ort =
    runtime === "webgpu" ? await import("onnxruntime-web/jspi") : await import("onnxruntime-web/wasm");
  ort.env.wasm.numThreads = 1; // more need headers that plain web hosts do not send
  ort.env.logLevel = "fatal"; // the empty model below is refused aloud otherwise
  // There is no call that starts it alone: it starts, and then refuses a model of no bytes.
  await ort.InferenceSession.create(new Uint8Array(), { executionProviders: [runtime] }).catch(
    () => undefined,
  );
  ort.env.logLevel = "warning";
  return { ort, runtime };
}

export interface Started {
  ort: Ort;
  runtime: Runtime;
}

/** Open a model in a started runtime; where WebGPU fails at it, WASM is started instead. */
export async function openGenerator(
  starting: Promise<Started>,
  base: string,
  model: string,
  about: About,
  progress: (loaded: number, total: number) => void,
): Promise<Generator> {
  const file = (name: string, report: typeof progress) =>
    readFile(base, model, name, about.sha256[name] ?? "", report);
  const files = Promise.all([file("mapping.onnx", () => undefined), file("synthesis.onnx", progress)]);
  const open = async ({ ort, runtime }: Started): Promise<Generator> => {
    // Optimizing these nets takes longer than it saves in a hundred drawings (8 ms each against 7).
    const options: InferenceSession.SessionOptions = { graphOptimizationLevel: "disabled" };
    const [mapping, synthesis] = await files;
    // The mapping is tiny: on the GPU it would only wait.
    const first = await ort.InferenceSession.create(mapping, { ...options, executionProviders: ["wasm"] });
    const second = await ort.InferenceSession.create(synthesis, {
      ...options,
      executionProviders: [runtime],
    });
    const nets: Nets = { ort, about, mapping: first, synthesis: second, directions: null };
    return { about, runtime, draw: (drawing) => draw(nets, drawing) };
  };
  const started = await starting;
  if (started.runtime === "wasm") return open(started);
  return open(started).catch(async () => open(await startRuntime("wasm")));
}

async function hasWebGpu(): Promise<boolean> {
  const gpu = (navigator as { gpu?: { requestAdapter: () => Promise<Adapter | null> } }).gpu;
  if (!gpu || !("Suspending" in WebAssembly)) return false;
  const adapter = await gpu.requestAdapter().catch(() => null);
  return adapter !== null && adapter.info?.isFallbackAdapter !== true; // drawn by the CPU it would be slower than WASM
}

interface Adapter {
  info?: { isFallbackAdapter?: boolean };
}

interface Nets {
  ort: Ort;
  about: About;
  mapping: InferenceSession;
  synthesis: InferenceSession;
  directions: Float64Array[] | null; // found when they are first asked for
}

async function draw(nets: Nets, drawing: Drawing): Promise<Uint8ClampedArray<ArrayBuffer>> {
  const { ort, synthesis } = nets;
  const { w_dim, resolution } = nets.about;
  const each = await mapped(nets, drawing.faces, drawing.truncation);
  const w = new Float64Array(w_dim);
  drawing.faces.forEach((face, i) => {
    for (let k = 0; k < w_dim; k++) w[k] = (w[k] as number) + face.weight * (each[i * w_dim + k] as number);
  });
  if (drawing.moves?.some((move) => move !== 0)) {
    nets.directions ??= await directionsOf(nets);
    drawing.moves.forEach((move, d) => {
      const direction = nets.directions?.[d];
      if (direction)
        for (let k = 0; k < w_dim; k++) w[k] = (w[k] as number) + move * (direction[k] as number);
    });
  }
  const out = await synthesis.run({ w: new ort.Tensor("float32", Float32Array.from(w), [1, w_dim]) });
  const rgb = (await (out.rgb as Tensor).getData()) as Float32Array;
  const plane = resolution * resolution;
  const rgba = new Uint8ClampedArray(plane * 4);
  for (let i = 0; i < plane; i++) {
    // A clamped array rounds halves to even, as draw.py does.
    for (let k = 0; k < 3; k++) rgba[i * 4 + k] = ((rgb[k * plane + i] as number) + 1) * 127.5;
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}

/** The w of each face, one after the other. */
async function mapped(nets: Nets, faces: readonly Face[], truncation: number): Promise<Float32Array> {
  const { ort, about, mapping } = nets;
  const { z_dim, c_dim } = about;
  const z = new Float32Array(faces.length * z_dim);
  const c = new Float32Array(faces.length * c_dim);
  faces.forEach((face, i) => {
    z.set(latent(face.noise, z_dim), i * z_dim);
    c.set(columnsOf(about, face.codes), i * c_dim);
  });
  const out = await mapping.run({
    z: new ort.Tensor("float32", z, [faces.length, z_dim]),
    c: new ort.Tensor("float32", c, [faces.length, c_dim]),
    truncation: new ort.Tensor("float32", new Float32Array(faces.length).fill(truncation), [faces.length]),
  });
  return (out.w as Tensor).data as Float32Array;
}

const DIRECTION_SEEDS = 512; // faces that the directions are found from

async function directionsOf(nets: Nets): Promise<Float64Array[]> {
  const free = nets.about.labels.map(() => -1);
  const faces = Array.from({ length: DIRECTION_SEEDS }, (_, seed): Face => {
    return { noise: { seed, steps: [] }, codes: codesOf(nets.about, seed, free), weight: 1 };
  });
  // All layers have the same w here: what differs in the first differs in each.
  const { w_dim, w_layers = 1 } = nets.about;
  const each = w_dim / w_layers;
  const every = await mapped(nets, faces, 1);
  const first = new Float32Array(faces.length * each);
  faces.forEach((_, i) => {
    first.set(every.subarray(i * w_dim, i * w_dim + each), i * each);
  });
  return principal(first, faces.length, each).map((direction) =>
    Float64Array.from({ length: w_dim }, (_, k) => direction[k % each] as number),
  );
}
