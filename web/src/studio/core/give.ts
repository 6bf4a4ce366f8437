/** What leaves the page: a PNG, a film of the transition, a link. */

/** Save pixels as a PNG file. */
export async function savePng(rgba: Uint8ClampedArray<ArrayBuffer>, name: string): Promise<void> {
  const side = Math.sqrt(rgba.length / 4);
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  canvas.getContext("2d")?.putImageData(new ImageData(rgba, side, side), 0, 0);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (blob) saveBlob(blob, name);
}

/** Film a canvas for a while and save it as WebM; null where the browser cannot. */
export function filmer():
  | ((canvas: HTMLCanvasElement, seconds: number, name: string) => Promise<void>)
  | null {
  if (typeof MediaRecorder === "undefined" || !MediaRecorder.isTypeSupported("video/webm")) return null;
  return async (canvas, seconds, name) => {
    const recorder = new MediaRecorder(canvas.captureStream(30), {
      mimeType: "video/webm",
      videoBitsPerSecond: 4_000_000,
    });
    const parts: Blob[] = [];
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    const stopped = new Promise((done) => recorder.addEventListener("stop", done, { once: true }));
    recorder.start();
    setTimeout(() => recorder.stop(), seconds * 1000);
    await stopped;
    saveBlob(new Blob(parts, { type: "video/webm" }), name);
  };
}

function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Put text on the clipboard; false where the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
