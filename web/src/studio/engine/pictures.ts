/** Pictures that may be shown again, the oldest dropped first, within a number of bytes. */

import type { Drawn } from "./messages";

export class Pictures {
  private readonly kept = new Map<string, Drawn>();
  private bytes = 0;

  constructor(private readonly mostBytes: number) {}

  /** Keep a picture; as drawn, without enlarging, it also serves whoever wants it small. */
  add(model: string, drawn: Drawn): void {
    this.set(`${model} ${drawn.side} ${drawn.key}`, drawn);
    if (drawn.enlarged) this.set(`${model} 0 ${drawn.key}`, { ...drawn, side: 0, enlarged: null });
  }

  get(model: string, key: string, side: number): Drawn | undefined {
    return this.kept.get(`${model} ${side} ${key}`);
  }

  private set(id: string, drawn: Drawn): void {
    const before = this.kept.get(id);
    if (before) this.bytes -= size(before);
    this.kept.delete(id);
    this.kept.set(id, drawn);
    this.bytes += size(drawn);
    for (const [oldest, one] of this.kept) {
      if (this.bytes <= this.mostBytes || oldest === id) break;
      this.kept.delete(oldest);
      this.bytes -= size(one);
    }
  }
}

function size(drawn: Drawn): number {
  return drawn.rgba.byteLength + (drawn.enlarged?.byteLength ?? 0);
}
