/** All keys at a glance. */

import { useEffect, useRef } from "react";
import type { Review } from "./store";

const KEYS: [string[], string][] = [
  [["←", "→", "↑", "↓"], "go from face to face; with Shift, select on the way"],
  [["Page ↑", "Page ↓", "Home", "End"], "go further"],
  [["K", "Space"], "keep, and on to the next (on attributes, Space accepts what is shown)"],
  [["X"], "reject for the last reason"],
  [["1 … 0"], "reject for this reason; or this class; or this value, as the buttons say"],
  [["C"], "take back what is decided of the face"],
  [["Z", "Y"], "undo and redo, as often as you like, also tomorrow"],
  [["R"], "sort the rest by what was learned"],
  [["S"], "faces similar to this one"],
  [["O", "Enter"], "the face large, beside its whole picture"],
  [["Ctrl A", "Esc"], "select all; select nothing, or go back"],
  [["+", "−"], "larger and smaller faces"],
];

export function Help({ review }: { review: Review }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={() => review.set({ help: false })} aria-label="Help">
      <h2>How to go through thousands of faces</h2>
      <ol className="advice">
        <li>
          Choose <b>Most doubtful first</b> and decide on some dozen faces. Everything is written down at
          once.
        </li>
        <li>
          What was learned is shown beside the faces. Open <b>… above .98</b>, look for mistakes among the
          least sure, click them, and apply it to all others.
        </li>
        <li>
          Box-select many faces with the mouse and press one key for all. <b>Z</b> undoes anything.
        </li>
        <li>
          Then make the clean dataset: <code>tachie build DATASET --apply-review --out CLEAN</code>
        </li>
      </ol>
      <dl className="keys">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="button primary" onClick={() => dialog.current?.close()}>
        Go on
      </button>
    </dialog>
  );
}
