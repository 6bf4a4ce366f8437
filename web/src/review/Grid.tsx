/** The grid: one canvas over what is seen, a spacer as high as all faces, and one option that tells where the cursor is. */

import { useEffect, useRef } from "react";
import { actionOf } from "./keys";
import { layoutOf, placeAt, placesIn, scrolledTo } from "./layout";
import { type Palette, paint, paletteOf, type Window, words } from "./paint";
import type { State } from "./state";
import { shownValue } from "./state";
import type { Review } from "./store";

const GAP = 3;
const DRAG_PX = 5;
const AHEAD_ROWS = 3;

export function Grid({ review, state }: { review: Review; state: State }) {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const spacer = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const [outer, surface, space] = [scroller.current, canvas.current, spacer.current];
    if (outer && surface && space) return attach(review, outer, surface, space);
  }, [review]);

  const face = review.faceAt(state.cursor);
  return (
    <div
      className="grid"
      ref={scroller}
      role="listbox"
      aria-label="Faces"
      aria-multiselectable="true"
      aria-activedescendant="cursor-face"
      tabIndex={0}
    >
      <canvas ref={canvas} />
      <div ref={spacer} />
      <div
        className="unseen"
        role="option"
        id="cursor-face"
        tabIndex={-1}
        aria-selected={state.selected.size === 0 || state.selected.has(state.cursor)}
        aria-posinset={state.cursor + 1}
        aria-setsize={state.order.faces.length}
        data-face={face}
      >
        {told(review, state, face)}
      </div>
    </div>
  );
}

/** The face under the cursor in words. */
function told(review: Review, state: State, face: number): string {
  if (face < 0) return "No face";
  const fields = review.decisions.of(face);
  const parts = [`Face ${state.cursor + 1} of ${state.order.faces.length}`];
  if (fields.review === "reject") parts.push(`rejected: ${words(fields.reason ?? "no reason")}`);
  else if (fields.review) parts.push(fields.review === "keep" ? "kept" : "brought back");
  else if (state.spec.label === "review") parts.push("not decided");
  const value = shownValue(fields, state.spec.label, state.stated, face);
  if (state.spec.label !== "review") parts.push(`${words(state.spec.label)}: ${words(value ?? "not known")}`);
  if (state.leftOut.has(face)) parts.push("left out");
  return parts.join(", ");
}

/** Everything that happens on the grid between renders; returns what ends it. */
function attach(
  review: Review,
  outer: HTMLDivElement,
  surface: HTMLCanvasElement,
  space: HTMLDivElement,
): () => void {
  const context = surface.getContext("2d", { alpha: false });
  if (!context) return () => {};
  let palette: Palette = paletteOf(outer);
  let frame = 0;
  let cursor = -1;
  let shownOrder: unknown = null;
  let box: Window["box"] = null;
  let from: { x: number; y: number; place: number; extend: boolean } | null = null;
  const ended = new AbortController();
  const on = { signal: ended.signal };

  const draw = () => {
    frame = 0;
    const { state } = review;
    const [width, height] = [outer.clientWidth, outer.clientHeight];
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    if (surface.width !== Math.round(width * ratio) || surface.height !== Math.round(height * ratio)) {
      surface.width = Math.round(width * ratio);
      surface.height = Math.round(height * ratio);
      surface.style.width = `${width}px`;
      surface.style.height = `${height}px`;
    }
    const count = state.order.faces.length;
    const layout = layoutOf(count, width, state.cell, GAP);
    if (review.layout.columns !== layout.columns || review.layout.pitch !== layout.pitch) cursor = -1;
    review.layout = layout;
    review.pageRows = Math.max(1, Math.floor(height / layout.pitch) - 1);
    space.style.height = `${Math.max(0, layout.height - height)}px`;
    if (state.cursor !== cursor || state.order.faces !== shownOrder) {
      cursor = state.cursor;
      shownOrder = state.order.faces;
      outer.scrollTop = scrolledTo(layout, cursor, outer.scrollTop, height);
    }
    const top = outer.scrollTop;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const shown = paint(context, review, layout, { top, height, width, box }, palette);
    const last = (Math.ceil((top + height) / layout.pitch) + AHEAD_ROWS) * layout.columns;
    const ahead = state.order.faces.subarray(
      Math.min(count, last - AHEAD_ROWS * layout.columns),
      Math.min(count, last),
    );
    review.thumbs.want([...shown, ...ahead]);
    outer.dataset.shown = String(++frames);
  };
  let frames = 0;
  const later = () => {
    frame ||= requestAnimationFrame(draw);
  };

  const point = (event: PointerEvent | MouseEvent) => {
    const rect = outer.getBoundingClientRect();
    return { x: event.clientX - rect.left, y: event.clientY - rect.top + outer.scrollTop };
  };
  const count = () => review.state.order.faces.length;

  outer.addEventListener("scroll", later, { ...on, passive: true });
  outer.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0 || event.target === outer) return; // the scroll bar is not the grid
      outer.focus({ preventScroll: true });
      const { x, y } = point(event);
      from = { x, y, place: placeAt(review.layout, count(), x, y), extend: event.shiftKey };
      if (event.pointerType === "mouse") outer.setPointerCapture(event.pointerId);
    },
    on,
  );
  outer.addEventListener(
    "pointermove",
    (event) => {
      if (!from || event.pointerType !== "mouse") return;
      const { x, y } = point(event);
      if (!box && Math.hypot(x - from.x, y - from.y) < DRAG_PX) return;
      box = { x0: from.x, y0: from.y, x1: x, y1: y };
      const rect = outer.getBoundingClientRect();
      if (event.clientY > rect.bottom - 24) outer.scrollTop += 24;
      if (event.clientY < rect.top + 24) outer.scrollTop -= 24;
      later();
    },
    on,
  );
  outer.addEventListener(
    "pointerup",
    (event) => {
      if (!from) return;
      const start = from;
      from = null;
      if (box) {
        const places = placesIn(review.layout, count(), box);
        box = null;
        if (review.state.spec.view === "above") review.leaveOut(places.map((place) => review.faceAt(place)));
        else if (places.length) {
          const held = event.ctrlKey || event.metaKey ? [...review.state.selected] : [];
          review.select([...held, ...places], places[0] as number);
        }
        return later();
      }
      if (start.place < 0) return;
      if (review.state.spec.view === "above") {
        review.moveTo(start.place);
        review.leaveOut([review.faceAt(start.place)]);
      } else if (
        event.ctrlKey ||
        event.metaKey ||
        (event.pointerType === "touch" && review.state.selected.size)
      ) {
        review.toggle(start.place);
      } else review.moveTo(start.place, start.extend);
    },
    on,
  );
  outer.addEventListener(
    "pointercancel",
    () => {
      from = null;
      box = null;
      later();
    },
    on,
  );
  outer.addEventListener("dblclick", () => review.act({ do: "whole" }), on);
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.target instanceof Element && event.target.closest("input, select, textarea, dialog[open]"))
        return;
      const onButton = event.target instanceof Element && event.target.closest("button, a, summary");
      if (onButton && (event.key === " " || event.key === "Enter" || event.key === "Tab")) return;
      const action = actionOf(event, review.choices.length);
      if (!action) return;
      event.preventDefault();
      review.act(action);
    },
    on,
  );
  const resized = new ResizeObserver(later);
  resized.observe(outer);
  const themed = new MutationObserver(() => {
    palette = paletteOf(outer);
    later();
  });
  themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const quiet = review.onPaint(later);
  later();
  return () => {
    ended.abort();
    resized.disconnect();
    themed.disconnect();
    quiet();
    cancelAnimationFrame(frame);
  };
}
