import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type Drawing, keyOf } from "../core/drawing";
import type { Engine } from "../engine/studio";
import { Thumb } from "./Thumb";

interface Props {
  engine: Engine;
  place: string; // the worker's name for it
  label: string;
  drawings: readonly Drawing[];
  side: number;
  current?: Drawing;
  strip?: boolean;
  open: (drawing: Drawing) => void;
}

/** Many drawings: a grid, or a strip of one row. One of them is in the tab order; arrows, Home and End move on. */
export function Sheet({ engine, place, label, drawings, side, current, strip = false, open }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const [focus, setFocus] = useState(0);
  const at = Math.min(focus, drawings.length - 1);
  const order = drawings.map(keyOf).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `order` says which drawings these are
  useEffect(() => engine.order(place, drawings, side), [engine, place, order, side]);

  const move = (event: KeyboardEvent) => {
    const items = list.current?.children;
    const columns = items ? columnsOf(items) : 1;
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      Home: -at,
      End: drawings.length - 1 - at,
    };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = at + step;
    if (next < 0 || next >= drawings.length) return;
    event.preventDefault();
    setFocus(next);
    items?.[next]?.querySelector("button")?.focus();
  };

  return (
    <ul
      ref={list}
      className={strip ? "strip" : "sheet"}
      data-many={drawings.length > 12 || undefined}
      aria-label={label}
      onKeyDown={move}
    >
      {drawings.map((drawing, i) => (
        // In a grid the place stays and shows what it had until it is drawn anew; in a strip drawings move along.
        <li key={strip ? keyOf(drawing) : i} onFocus={() => setFocus(i)}>
          <Thumb
            engine={engine}
            drawing={drawing}
            side={side}
            current={current !== undefined && keyOf(current) === keyOf(drawing)}
            tabbable={i === at}
            open={open}
          />
        </li>
      ))}
    </ul>
  );
}

function columnsOf(items: HTMLCollection): number {
  const top = (i: number) => items[i]?.getBoundingClientRect().top;
  let columns = 1;
  while (columns < items.length && top(columns) === top(0)) columns++;
  return columns;
}
