import { type Dispatch, useEffect } from "react";
import { type Drawing, keyOf } from "../core/drawing";
import { COUNTS, type Scene } from "../core/scene";
import type { Action, State } from "../core/state";
import type { Engine } from "../engine/studio";
import { useWords } from "../words";
import { Icon } from "./Icon";
import { Slider } from "./Slider";
import { Thumb } from "./Thumb";

interface Props {
  scene: Scene;
  state: State;
  engine: Engine;
  middle: Drawing;
  dispatch: Dispatch<Action>;
  anew: () => void;
  open: (drawing: Drawing) => void;
}

/** Above the many: others, how many, how near; and the drawing on the stage, to go back to or to drag. */
export function ViewBar({ scene, state, engine, middle, dispatch, anew, open }: Props) {
  const words = useWords();
  const key = keyOf(middle);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says which drawing it is
  useEffect(() => engine.order("middle", [middle], 0), [engine, key]);
  return (
    <div className="viewbar row">
      <Thumb engine={engine} drawing={middle} side={0} current tabbable open={open} />
      <button type="button" className="button primary" title={`${words.more} (N)`} onClick={anew}>
        <Icon name="dice" />
        {words.more}
      </button>
      <button
        type="button"
        className="button icon"
        aria-label={words.undo}
        title={`${words.undo} (Z)`}
        disabled={state.past.length === 0}
        onClick={() => dispatch({ type: "undo" })}
      >
        <Icon name="undo" />
      </button>
      <label className="count">
        <span className="unseen">{words.howMany}</span>
        <select
          value={scene.count}
          onChange={(event) => dispatch({ type: "count", count: Number(event.target.value) })}
        >
          {[...new Set([...COUNTS, scene.count])].map((count) => (
            <option key={count} value={count}>
              {count}
            </option>
          ))}
        </select>
      </label>
      {scene.view === "like" && (
        <Slider
          label={words.closeness}
          value={scene.amount}
          shown={`${Math.round(scene.amount * 100)} %`}
          min={0.05}
          max={1}
          step={0.05}
          change={(value) => dispatch({ type: "amount", value, gesture: "amount" })}
          settle={() => dispatch({ type: "settle" })}
        />
      )}
    </div>
  );
}
