import type { Drawing } from "../core/drawing";
import { keyOf } from "../core/drawing";
import { nameOf } from "../core/state";
import type { Engine } from "../engine/studio";
import { useWords } from "../words";
import { Picture } from "./Picture";

interface Props {
  engine: Engine;
  drawing: Drawing;
  side: number;
  current?: boolean;
  tabbable: boolean;
  open: (drawing: Drawing) => void;
}

/** A drawing that opens when pressed and can be dragged onto another (parts/drag.ts reads data-drawing). */
export function Thumb({ engine, drawing, side, current = false, tabbable, open }: Props) {
  const words = useWords();
  return (
    <button
      type="button"
      className="thumb"
      data-drawing={keyOf(drawing)}
      aria-current={current || undefined}
      aria-label={`${words.pick}: ${words.seed} ${nameOf(drawing)}`}
      tabIndex={tabbable ? 0 : -1}
      onClick={() => open(drawing)}
    >
      <Picture engine={engine} drawing={drawing} side={side} />
    </button>
  );
}
