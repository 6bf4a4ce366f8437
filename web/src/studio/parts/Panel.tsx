import type { Dispatch, ReactNode } from "react";
import { DIRECTIONS } from "../core/directions";
import { MOST_MOVE, seedIn } from "../core/drawing";
import type { About } from "../core/model";
import type { Scene } from "../core/scene";
import type { Action } from "../core/state";
import { useWords } from "../words";
import { Icon } from "./Icon";
import { Slider } from "./Slider";

interface Props {
  scene: Scene;
  about: About;
  dispatch: Dispatch<Action>;
  children: ReactNode;
}

/** The settings beside the drawing: its features first, then how daring it is drawn. */
export function Panel({ about, scene, dispatch, children }: Props) {
  const words = useWords();
  return (
    <aside className="panel" aria-label={words.controls}>
      {children}
      {about.labels.length > 0 && (
        <div className="attribute">
          <button
            type="button"
            className="button chip"
            aria-pressed={scene.noiseFixed}
            aria-describedby="noise-hint"
            onClick={() => dispatch({ type: "noise", fixed: !scene.noiseFixed })}
          >
            <Icon name={scene.noiseFixed ? "locked" : "open"} />
            {words.noiseFixed}
          </button>
          <p id="noise-hint" className="soft hint">
            {words.noiseHint}
          </p>
        </div>
      )}
      <label className="number">
        {words.seed}
        <input
          type="number"
          min={0}
          max={Number.MAX_SAFE_INTEGER}
          step={1}
          value={seedIn(scene.drawing)}
          onChange={(event) => {
            const seed = event.target.valueAsNumber;
            if (Number.isSafeInteger(seed) && seed >= 0) dispatch({ type: "seed", about, seed });
          }}
        />
      </label>
      <Slider
        label={words.truncation}
        hint={words.truncationHint}
        value={scene.drawing.truncation}
        shown={scene.drawing.truncation.toFixed(2)}
        min={0}
        max={1.5}
        step={0.05}
        change={(value) => dispatch({ type: "truncation", value, gesture: "truncation" })}
        settle={() => dispatch({ type: "settle" })}
      />
      <details className="directions" open={about.labels.length < 3}>
        <summary>{words.directions}</summary>
        <p className="soft hint">{words.directionsHint}</p>
        {Array.from({ length: DIRECTIONS }, (_, d) => (
          <Slider
            // biome-ignore lint/suspicious/noArrayIndexKey: directions have no other name than their number
            key={d}
            label={`${words.direction} ${d + 1}`}
            value={scene.drawing.moves?.[d] ?? 0}
            shown={(scene.drawing.moves?.[d] ?? 0).toFixed(1)}
            min={-MOST_MOVE}
            max={MOST_MOVE}
            step={0.1}
            change={(value) => dispatch({ type: "move", direction: d, value, gesture: `move ${d}` })}
            settle={() => dispatch({ type: "settle" })}
          />
        ))}
        <button
          type="button"
          className="button small"
          disabled={!scene.drawing.moves?.some((move) => move !== 0)}
          onClick={() => dispatch({ type: "still" })}
        >
          {words.still}
        </button>
      </details>
    </aside>
  );
}
