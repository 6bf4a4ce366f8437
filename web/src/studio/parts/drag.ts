/**
 * Dragging one drawing onto another, by mouse, pen or finger. A finger first rests on the drawing, so that swiping still
 * scrolls. Whatever carries data-drawing can be dragged and dropped on.
 */

import { useEffect, useRef } from "react";

const SLOP_PX = 8;
const REST_MS = 280;

interface Drag {
  key: string;
  from: HTMLElement;
  x: number;
  y: number;
  ghost: HTMLElement | null;
  timer: number;
}

export function useDragToMix(drop: (dragged: string, target: string) => void): void {
  const latest = useRef(drop);
  latest.current = drop;
  useEffect(() => {
    let drag: Drag | null = null;

    const start = () => {
      if (!drag) return;
      const canvas = drag.from.querySelector("canvas");
      const ghost = document.createElement("canvas");
      ghost.className = "ghost";
      ghost.width = canvas?.width ?? 1;
      ghost.height = canvas?.height ?? 1;
      if (canvas) ghost.getContext("2d")?.drawImage(canvas, 0, 0);
      document.body.append(ghost);
      document.body.dataset.dragging = "";
      drag.ghost = ghost;
      place(drag.x, drag.y);
    };
    const place = (x: number, y: number) => {
      if (!drag?.ghost) return;
      drag.ghost.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
      const target = targetAt(x, y);
      for (const one of document.querySelectorAll("[data-drop]")) one.removeAttribute("data-drop");
      if (target && target.dataset.drawing !== drag.key) target.dataset.drop = "";
    };
    const end = () => {
      if (!drag) return;
      clearTimeout(drag.timer);
      drag.ghost?.remove();
      for (const one of document.querySelectorAll("[data-drop]")) one.removeAttribute("data-drop");
      delete document.body.dataset.dragging;
      drag = null;
    };

    const down = (event: PointerEvent) => {
      const from = (event.target as Element).closest<HTMLElement>("[data-drawing]");
      if (!from?.dataset.drawing || event.button !== 0) return;
      end();
      const timer = event.pointerType === "touch" ? window.setTimeout(start, REST_MS) : 0;
      drag = { key: from.dataset.drawing, from, x: event.clientX, y: event.clientY, ghost: null, timer };
    };
    const move = (event: PointerEvent) => {
      if (!drag) return;
      if (drag.ghost) return place(event.clientX, event.clientY);
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < SLOP_PX) return;
      if (event.pointerType === "touch") return end(); // it scrolls
      start();
      place(event.clientX, event.clientY);
    };
    const up = (event: PointerEvent) => {
      if (drag?.ghost) {
        const target = targetAt(event.clientX, event.clientY)?.dataset.drawing;
        const dragged = drag.key;
        swallowClick();
        if (target && target !== dragged) latest.current(dragged, target);
      }
      end();
    };
    const hold = (event: TouchEvent) => {
      if (drag?.ghost) event.preventDefault(); // no scrolling under a drag
    };
    const key = (event: KeyboardEvent) => {
      if (event.key === "Escape") end();
    };

    addEventListener("pointerdown", down);
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", end);
    addEventListener("keydown", key);
    addEventListener("touchmove", hold, { passive: false });
    return () => {
      end();
      removeEventListener("pointerdown", down);
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", end);
      removeEventListener("keydown", key);
      removeEventListener("touchmove", hold);
    };
  }, []);
}

function targetAt(x: number, y: number): HTMLElement | null {
  return document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-drawing]") ?? null;
}

/** The click that follows a drag is not a press. */
function swallowClick(): void {
  const swallow = (event: Event) => {
    event.stopPropagation();
    event.preventDefault();
  };
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
}
