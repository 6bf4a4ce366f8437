/** The strip above a preview of "apply to all above". */

import { words } from "./paint";
import type { State } from "./state";
import type { Review } from "./store";

export function Preview({ review, state }: { review: Review; state: State }) {
  const { spec, order, leftOut } = state;
  const count = order.faces.length - leftOut.size;
  return (
    <div className="strip preview">
      <p>
        <b>
          {spec.label === "review" ? "" : `${words(spec.label)}: `}
          {words(spec.value)}
        </b>{" "}
        is what was learned of these {order.faces.length.toLocaleString()} faces. The least sure come first:
        click those that are wrong to leave them out.
      </p>
      <label className="field">
        above {spec.above.toFixed(3).replace(/^0/, "")}
        <input
          type="range"
          min={0.5}
          max={0.999}
          step={0.001}
          value={spec.above}
          onChange={(event) => void review.show({ above: Number(event.target.value) })}
        />
      </label>
      <button
        type="button"
        className="button primary"
        disabled={count === 0 || state.loading}
        onClick={() => void review.applyPreview()}
      >
        Apply to {count.toLocaleString()}
      </button>
      <button type="button" className="button" onClick={() => review.back()}>
        Cancel <kbd>Esc</kbd>
      </button>
    </div>
  );
}
