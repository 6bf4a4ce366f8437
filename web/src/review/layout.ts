/** Where faces lie in the grid: cells of one size in rows, numbered by their place in the order. */

export interface Layout {
  columns: number;
  /** Side of a cell with its gap, px. */
  pitch: number;
  rows: number;
  height: number;
  left: number;
}

export function layoutOf(count: number, width: number, cell: number, gap: number): Layout {
  const columns = Math.max(1, Math.floor((width + gap) / (cell + gap)));
  // The cells take what is left over, so that the right edge is straight.
  const pitch = Math.max(1, Math.floor((width + gap) / columns));
  const rows = Math.ceil(count / columns);
  return { columns, pitch, rows, height: rows * pitch, left: 0 };
}

/** The places from `first` up to but not `last` that are seen in a window of the grid. */
export function visible(
  layout: Layout,
  count: number,
  top: number,
  height: number,
): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / layout.pitch)) * layout.columns;
  const last = Math.min(count, Math.ceil((top + height) / layout.pitch) * layout.columns);
  return { first: Math.min(first, count), last };
}

/** The place at a point of the grid, or -1 beside all of them. */
export function placeAt(layout: Layout, count: number, x: number, y: number): number {
  const column = Math.floor((x - layout.left) / layout.pitch);
  const place = Math.floor(y / layout.pitch) * layout.columns + column;
  return column < 0 || column >= layout.columns || place < 0 || place >= count ? -1 : place;
}

/** The places that a box touches; the corners may come in any order. */
export function placesIn(
  layout: Layout,
  count: number,
  box: { x0: number; y0: number; x1: number; y1: number },
): number[] {
  const at = (value: number, most: number) =>
    Math.min(Math.max(Math.floor(value / layout.pitch), 0), most - 1);
  const [left, right] = [Math.min(box.x0, box.x1), Math.max(box.x0, box.x1)];
  const [top, bottom] = [Math.min(box.y0, box.y1), Math.max(box.y0, box.y1)];
  const places: number[] = [];
  if (count === 0 || bottom < 0 || top > layout.height) return places;
  for (let row = at(top, layout.rows); row <= at(bottom, layout.rows); row++) {
    for (let column = at(left, layout.columns); column <= at(right, layout.columns); column++) {
      const place = row * layout.columns + column;
      if (place < count) places.push(place);
    }
  }
  return places;
}

export type Step = "left" | "right" | "up" | "down" | "pageup" | "pagedown" | "home" | "end";

/** Where the cursor goes; it stays inside. */
export function stepped(layout: Layout, count: number, from: number, step: Step, pageRows: number): number {
  const by: Record<Step, number> = {
    left: -1,
    right: 1,
    up: -layout.columns,
    down: layout.columns,
    pageup: -layout.columns * Math.max(1, pageRows),
    pagedown: layout.columns * Math.max(1, pageRows),
    home: -count,
    end: count,
  };
  const wanted = from + by[step];
  // One row up from the first row stays; a page up goes to the top of the same column.
  if (step === "up" && wanted < 0) return from;
  if (step === "down" && wanted >= count)
    return Math.floor(from / layout.columns) === layout.rows - 1 ? from : count - 1;
  return Math.min(Math.max(wanted, 0), Math.max(0, count - 1));
}

/** How far the window must be scrolled so that a place is wholly seen. */
export function scrolledTo(layout: Layout, place: number, top: number, height: number): number {
  const y = Math.floor(place / layout.columns) * layout.pitch;
  if (y < top) return y;
  return y + layout.pitch > top + height ? y + layout.pitch - height : top;
}

const CELLS = [40, 48, 56, 64, 80, 96, 128, 160, 200, 256];

/** The next larger (1) or smaller (-1) of the sizes of a cell in px; the same one at the end. */
export function nextCell(cell: number, by: 1 | -1): number {
  const nearest = CELLS.reduce((best, size) => (Math.abs(size - cell) < Math.abs(best - cell) ? size : best));
  return CELLS[CELLS.indexOf(nearest) + by] ?? cell;
}
