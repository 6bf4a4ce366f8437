/** Drawing the grid: faces, and what is decided of them by edge, sign and shade, never by colour alone. */

import type { Fields } from "./decisions";
import { type Layout, visible } from "./layout";
import { shownValue } from "./state";
import type { Review } from "./store";

const GAP = 3;

export interface Palette {
  ground: string;
  empty: string;
  text: string;
  soft: string;
  accent: string;
  good: string;
  bad: string;
  info: string;
  surface: string;
}

export function paletteOf(element: HTMLElement): Palette {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: of("--ground"),
    empty: of("--sunken"),
    text: of("--text"),
    soft: of("--text-soft"),
    accent: of("--accent"),
    good: of("--good"),
    bad: of("--bad"),
    info: of("--info"),
    surface: of("--surface"),
  };
}

export interface Window {
  top: number;
  height: number;
  width: number;
  /** A box being drawn, in px of the whole grid. */
  box: { x0: number; y0: number; x1: number; y1: number } | null;
}

/** Draw what is seen, and return which faces those are, so that their thumbnails can be sent for. */
export function paint(
  context: CanvasRenderingContext2D,
  review: Review,
  layout: Layout,
  seen: Window,
  palette: Palette,
): number[] {
  const { state } = review;
  const { faces } = state.order;
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, seen.width, seen.height);
  const { first, last } = visible(layout, faces.length, seen.top, seen.height);
  const side = layout.pitch - GAP;
  const shown: number[] = [];
  for (let place = first; place < last; place++) {
    const face = faces[place] as number;
    shown.push(face);
    const x = (place % layout.columns) * layout.pitch;
    const y = Math.floor(place / layout.columns) * layout.pitch - seen.top;
    cell(context, review, palette, place, face, x, y, side);
  }
  if (seen.box) {
    const { x0, y0, x1, y1 } = seen.box;
    veil(context, palette.accent, 0.18, x0, y0 - seen.top, x1 - x0, y1 - y0);
    context.strokeStyle = palette.accent;
    context.lineWidth = 1.5;
    context.strokeRect(x0, y0 - seen.top, x1 - x0, y1 - y0);
  }
  return shown;
}

function cell(
  context: CanvasRenderingContext2D,
  review: Review,
  palette: Palette,
  place: number,
  face: number,
  x: number,
  y: number,
  side: number,
): void {
  const { state } = review;
  const fields = review.decisions.of(face);
  const bitmap = review.thumbs.get(face);
  const gone = fields.review === "reject" || state.leftOut.has(face);
  context.fillStyle = palette.empty;
  context.fillRect(x, y, side, side);
  if (bitmap) {
    const factor = Math.min(side / bitmap.width, side / bitmap.height);
    const [w, h] = [bitmap.width * factor, bitmap.height * factor];
    context.globalAlpha = gone ? 0.38 : 1;
    context.imageSmoothingQuality = factor > 1 ? "high" : "medium";
    context.drawImage(bitmap, x + (side - w) / 2, y + (side - h) / 2, w, h);
    context.globalAlpha = 1;
  } else if (bitmap === null) {
    text(context, "no picture", x + side / 2, y + side / 2, palette.soft, 11, "center");
  }
  signs(context, review, palette, place, face, fields, x, y, side);
  if (state.selected.has(place)) {
    veil(context, palette.accent, 0.28, x, y, side, side);
    sign(context, "✓", x + 1, y + 1, badge(side), palette.accent, palette.surface);
  }
  if (place === state.cursor) {
    edge(context, x - 1, y - 1, side + 2, 3, palette.text);
    edge(context, x + 2, y + 2, side - 4, 1.5, palette.surface);
  }
}

function signs(
  context: CanvasRenderingContext2D,
  review: Review,
  palette: Palette,
  place: number,
  face: number,
  fields: Fields,
  x: number,
  y: number,
  side: number,
): void {
  const { order, spec, stated, leftOut } = review.state;
  const mark = badge(side);
  const at: [number, number] = [x + side - mark - 1, y + 1];
  if (fields.review === "keep" || fields.review === "restore") {
    edge(context, x, y, side, 3, palette.good);
    sign(context, fields.review === "keep" ? "✓" : "↩", ...at, mark, palette.good, palette.surface);
  } else if (fields.review === "reject") {
    edge(context, x, y, side, 3, palette.bad);
    sign(context, "✕", ...at, mark, palette.bad, palette.surface);
    if (fields.reason && side >= 72)
      caption(context, words(fields.reason), x, y, side, palette.bad, palette.surface);
  } else if (leftOut.has(face)) {
    sign(context, "–", ...at, mark, palette.soft, palette.surface);
  }
  if (order.clusters) {
    const best = place === 0 || order.clusters[place] !== order.clusters[place - 1];
    context.fillStyle = (order.clusters[place] as number) % 2 ? palette.accent : palette.info;
    context.fillRect(x, y + side - 4, side, 4);
    if (best) sign(context, "★", x + 1, y + 1, mark, palette.info, palette.surface);
  }
  if (order.numbers && side >= 56) {
    const said = short(order.numbers[place] as number);
    veil(context, palette.surface, 0.85, x + 1, y + 1, 6.5 * said.length + 6, 15);
    text(context, said, x + 4 + 3.25 * said.length, y + 9, palette.text, 11, "center", 600);
  }
  if (fields.review === "reject") return;
  const decided = spec.label !== "review" ? fields[spec.label] : undefined;
  if (decided !== undefined) {
    edge(context, x, y, side, 3, palette.info);
    const number = review.choices.indexOf(decided);
    if (side < 64) sign(context, keyName(number), x + 1, y + 1, mark, palette.info, palette.surface);
    else caption(context, words(decided), x, y, side, palette.info, palette.surface);
    return;
  }
  if (fields.review !== undefined && spec.label === "review") return;
  const known = shownValue(fields, spec.label, stated, face);
  if (order.codes && order.scores && (order.scores[place] as number) > 0) {
    const guess = order.classes[order.codes[place] as number] ?? "";
    const sure = order.scores[place] as number;
    const shade = guess === "reject" ? palette.bad : guess === "keep" ? palette.good : palette.info;
    veil(context, palette.ground, 0.75, x, y + side - 5, side, 5);
    context.fillStyle = shade;
    context.fillRect(x, y + side - 4, side * sure, 4);
    if (side >= 80)
      faint(context, `${words(guess)}? ${sure.toFixed(2).replace(/^0/, "")}`, x, y + side - 6, side);
  } else if (known !== undefined && side >= 64) {
    faint(context, words(known), x, y + side - 2, side);
  }
}

function badge(side: number): number {
  return Math.max(12, Math.min(22, Math.round(side * 0.22)));
}

function keyName(index: number): string {
  return index < 0 ? "•" : index < 10 ? String((index + 1) % 10) : "+";
}

export function words(text: string): string {
  return text.replaceAll("_", " ");
}

function edge(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  side: number,
  width: number,
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.strokeRect(x + width / 2, y + width / 2, side - width, side - width);
}

function sign(
  context: CanvasRenderingContext2D,
  glyph: string,
  x: number,
  y: number,
  size: number,
  ground: string,
  ink: string,
): void {
  context.fillStyle = ground;
  context.fillRect(x, y, size, size);
  text(context, glyph, x + size / 2, y + size / 2 + 0.5, ink, Math.round(size * 0.74), "center", 700);
}

/** A number in few digits: 0.97, 12.3, 1024. */
export function short(value: number): string {
  const digits = Math.abs(value) < 1 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toFixed(digits).replace(/\.0$/, "");
}

function caption(
  context: CanvasRenderingContext2D,
  said: string,
  x: number,
  y: number,
  side: number,
  ground: string,
  ink: string,
): void {
  context.fillStyle = ground;
  context.fillRect(x, y + side - 17, side, 17);
  clipped(context, said, x, y + side - 8, side, ink);
}

function faint(
  context: CanvasRenderingContext2D,
  said: string,
  x: number,
  bottom: number,
  side: number,
): void {
  context.fillStyle = "rgb(0 0 0 / 62%)";
  context.fillRect(x, bottom - 15, side, 15);
  clipped(context, said, x, bottom - 7, side, "#fff");
}

function clipped(
  context: CanvasRenderingContext2D,
  said: string,
  x: number,
  y: number,
  side: number,
  ink: string,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y - 10, side, 20);
  context.clip();
  text(context, said, x + side / 2, y, ink, 11, "center", 600);
  context.restore();
}

function text(
  context: CanvasRenderingContext2D,
  said: string,
  x: number,
  y: number,
  ink: string,
  size: number,
  align: CanvasTextAlign,
  weight = 500,
): void {
  context.fillStyle = ink;
  context.font = `${weight} ${size}px system-ui, sans-serif`;
  context.textAlign = align;
  context.textBaseline = "middle";
  context.fillText(said, x, y);
}

function veil(
  context: CanvasRenderingContext2D,
  color: string,
  alpha: number,
  ...rect: [x: number, y: number, w: number, h: number]
): void {
  context.globalAlpha = alpha;
  context.fillStyle = color;
  context.fillRect(...rect);
  context.globalAlpha = 1;
}
