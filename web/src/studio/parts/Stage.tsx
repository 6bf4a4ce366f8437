import { useEffect } from "react";
import { type Drawing, keyOf } from "../core/drawing";
import type { Engine } from "../engine/studio";
import { useWords } from "../words";
import { Picture } from "./Picture";

export const STAGE_SIDE = 512; // px that the stage's drawing is enlarged to

interface Props {
  engine: Engine;
  drawing: Drawing;
  description: string;
  model: string;
  part: number | null; // of the model that has come; null once it has
}

/** The drawing at work, large. Other drawings can be dropped on it. */
export function Stage({ engine, drawing, description, model, part }: Props) {
  const words = useWords();
  const key = keyOf(drawing);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` and `model` say which drawing it is
  useEffect(() => engine.order("stage", [drawing], STAGE_SIDE), [engine, key, model]);
  return (
    <figure className="stage" data-drawing={key}>
      <div role="img" aria-label={description}>
        <Picture engine={engine} drawing={drawing} side={STAGE_SIDE} />
      </div>
      {part !== null && (
        <label className="coming">
          {words.opening}
          <progress max={1} value={part} />
        </label>
      )}
      <p className="unseen" role="status">
        {description}
      </p>
    </figure>
  );
}
