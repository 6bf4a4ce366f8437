/** Thumbnails as bitmaps, fetched in packets of what is seen, the last few thousand kept. */

import { parseThumbs } from "./packed";

const PACKET = 96;
const AT_ONCE = 3;
const KEPT = 3000;

export class Thumbs {
  private readonly bitmaps = new Map<number, ImageBitmap | null>();
  private readonly asked = new Set<number>();
  private wanted: number[] = [];
  private running = 0;

  constructor(
    private readonly fetchPacket: (faces: number[]) => Promise<ArrayBuffer>,
    private readonly arrived: () => void,
  ) {}

  /** The bitmap of a face; null where it is broken, undefined until it has come. */
  get(face: number): ImageBitmap | null | undefined {
    const found = this.bitmaps.get(face);
    if (found !== undefined) {
      this.bitmaps.delete(face); // the latest used is the last to go
      this.bitmaps.set(face, found);
    }
    return found;
  }

  /** Say what is seen now, most wanted first; what was asked for before and has not been sent for is forgotten. */
  want(faces: number[]): void {
    this.wanted = faces.filter((face) => !this.bitmaps.has(face) && !this.asked.has(face));
    this.pump();
  }

  private pump(): void {
    while (this.running < AT_ONCE && this.wanted.length) {
      const packet = this.wanted.splice(0, PACKET);
      for (const face of packet) this.asked.add(face);
      this.running++;
      void this.load(packet);
    }
  }

  private async load(packet: number[]): Promise<void> {
    try {
      const parts = parseThumbs(await this.fetchPacket(packet));
      const bitmaps = await Promise.all(
        parts.map((bytes) => (bytes.length ? createImageBitmap(new Blob([bytes])).catch(() => null) : null)),
      );
      packet.forEach((face, i) => {
        this.bitmaps.set(face, bitmaps[i] ?? null);
      });
      for (const [face, bitmap] of this.bitmaps) {
        if (this.bitmaps.size <= KEPT) break;
        bitmap?.close();
        this.bitmaps.delete(face);
      }
    } catch {
      // The server does not answer: what is seen is asked for again when it is drawn again.
    } finally {
      for (const face of packet) this.asked.delete(face);
      this.running--;
    }
    this.arrived();
    this.pump();
  }
}
