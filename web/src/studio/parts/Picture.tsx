import { useEffect, useRef, useSyncExternalStore } from "react";
import type { Drawing } from "../core/drawing";
import type { Engine } from "../engine/studio";

interface Props {
  engine: Engine;
  drawing: Drawing;
  side: number; // px that the drawing is enlarged to
  className?: string;
}

/** A drawing on a canvas; while it is being drawn, what was there before stays. */
export function Picture({ engine, drawing, side, className = "" }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSyncExternalStore(engine.subscribe, engine.version);
  const painted = useRef(false);
  // Nothing is worse than small: until something is there, a picture that is not enlarged yet will do.
  const drawn = engine.picture(drawing, side) ?? (painted.current ? undefined : engine.picture(drawing, 0));
  useEffect(() => {
    if (!drawn || !canvas.current) return;
    paint(canvas.current, drawn.enlarged ?? drawn.rgba);
    painted.current = drawn.side === side;
  }, [drawn, side]);
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: no focus here; the button or figure around it says what it shows
    <canvas
      ref={canvas}
      className={`picture ${className}`}
      width={1}
      height={1}
      aria-hidden="true"
      data-drawn={drawn?.key}
    />
  );
}

function paint(canvas: HTMLCanvasElement, rgba: Uint8ClampedArray<ArrayBuffer>): void {
  const side = Math.sqrt(rgba.length / 4);
  canvas.width = side;
  canvas.height = side;
  canvas.getContext("2d")?.putImageData(new ImageData(rgba, side, side), 0, 0);
}
