/** The review page: what to look at above, the faces, and what is decided beside them. */

import { useSyncExternalStore } from "react";
import { Bar } from "./Bar";
import { Grid } from "./Grid";
import { Help } from "./Help";
import { Naming } from "./Naming";
import { Preview } from "./Preview";
import { Side } from "./Side";
import type { Review } from "./store";
import { Whole } from "./Whole";

export function App({ review }: { review: Review }) {
  const state = useSyncExternalStore(review.subscribe, () => review.state);
  const count = state.order.faces.length;
  return (
    <div className="review">
      <Bar review={review} state={state} />
      <main className="work">
        {state.spec.view === "above" && <Preview review={review} state={state} />}
        {state.spec.view === "similar" && (
          <p className="strip">
            Most like the first face, first.
            <button type="button" className="button small" onClick={() => review.back()}>
              Back <kbd>Esc</kbd>
            </button>
          </p>
        )}
        <div className="stage" data-loading={state.loading} aria-busy={state.loading}>
          <Grid review={review} state={state} />
          {count === 0 && !state.loading && state.info && <Nothing state={state} />}
          {state.whole && count > 0 && <Whole review={review} state={state} />}
        </div>
        <Status review={review} state={state} />
      </main>
      <Side review={review} state={state} />
      {state.help && <Help review={review} />}
      {state.naming && <Naming review={review} state={state} />}
    </div>
  );
}

function Nothing({ state }: { state: Review["state"] }) {
  const { spec } = state;
  const why =
    spec.view === "sure"
      ? "The head gives this answer to no face yet. Decide on some more."
      : spec.view === "copies"
        ? "There are no near copies."
        : spec.view === "drops"
          ? "Nothing was left out."
          : spec.undecided
            ? "All of these are decided."
            : "There are no such faces.";
  return (
    <p className="nothing" role="status">
      {why}
    </p>
  );
}

/** The last line: what just happened, and whether it is on the disk. */
function Status({ review, state }: { review: Review; state: Review["state"] }) {
  const { made, info } = state;
  const total = info?.rows ?? 0;
  const making =
    made.thumbs < total
      ? `making thumbnails: ${made.thumbs.toLocaleString()} of ${total.toLocaleString()}`
      : !made.ready && total > 1 && made.features < total
        ? `looking at the faces to learn from them: ${made.features.toLocaleString()} of ${total.toLocaleString()}`
        : "";
  return (
    <footer className="status" aria-live="polite">
      <span className={state.offline ? "bad" : ""}>
        {state.offline
          ? `The server does not answer. ${state.unsaved} decisions wait here; start tachie review again and reload.`
          : state.trouble || state.note}
      </span>
      {state.trouble && !state.offline && (
        <button type="button" className="button small quiet" onClick={() => review.set({ trouble: "" })}>
          Understood
        </button>
      )}
      <span className="soft">{making}</span>
      <span className="soft saved">{state.unsaved ? `saving ${state.unsaved}` : "all saved"}</span>
    </footer>
  );
}
