/** The panel beside the faces: what is decided on, how far it is, what was learned, and the face under the cursor. */

import { useState } from "react";
import { FaceCard } from "./FaceCard";
import { CHOICE_KEYS } from "./keys";
import { words } from "./paint";
import type { State } from "./state";
import type { Review } from "./store";

export function Side({ review, state }: { review: Review; state: State }) {
  const [open, setOpen] = useState(false);
  return (
    <aside className="side" data-open={open} aria-label="Decisions">
      <Quick review={review} open={open} toggle={() => setOpen(!open)} />
      <div className="side-rest">
        <About review={review} state={state} />
        <Choices review={review} state={state} />
        {state.spec.view !== "drops" && <LearnedCard review={review} state={state} />}
        <Progress review={review} state={state} />
        <FaceCard review={review} state={state} />
      </div>
    </aside>
  );
}

/** The few buttons that are always there; on a phone they are the whole panel until it is opened. */
function Quick({ review, open, toggle }: { review: Review; open: boolean; toggle: () => void }) {
  const drops = review.isDrops;
  const preview = review.state.spec.view === "above";
  return (
    <div className="quick">
      <button
        type="button"
        className="button keep"
        disabled={preview}
        onClick={() => review.act({ do: "keep" })}
      >
        {drops ? "↩ Bring back" : "✓ Keep"} <kbd>K</kbd>
      </button>
      <button type="button" className="button reject" onClick={() => review.act({ do: "reject" })}>
        {preview ? "– Leave out" : drops ? "✕ Leave it out" : "✕ Reject"} <kbd>X</kbd>
      </button>
      <button type="button" className="button narrow-only" aria-expanded={open} onClick={toggle}>
        {open ? "Less" : "More"}
      </button>
    </div>
  );
}

function About({ review, state }: { review: Review; state: State }) {
  const { info, spec } = state;
  if (!info || spec.view === "drops" || spec.view === "above") return null;
  const others = Object.keys(info.values)
    .filter((name) => name.startsWith("label:"))
    .map((name) => name.slice(6))
    .filter((name) => !(name in info.attributes) && name !== "class");
  return (
    <label className="field wide">
      I decide on
      <select
        value={spec.label}
        onChange={(event) => {
          const label = event.target.value;
          if (label === "class" && !state.classes.length) review.set({ naming: true });
          void review.show({ label, value: "", ...(spec.view === "sure" ? { view: "all" } : {}) });
        }}
      >
        <option value="review">keep or reject</option>
        <option value="class">class (characters)</option>
        <optgroup label="Attributes">
          {Object.keys(info.attributes).map((name) => (
            <option key={name} value={name}>
              {words(name)}
            </option>
          ))}
        </optgroup>
        {others.length > 0 && (
          <optgroup label="Labels">
            {others.map((name) => (
              <option key={name} value={name}>
                {words(name)}
              </option>
            ))}
          </optgroup>
        )}
      </select>
    </label>
  );
}

function Choices({ review, state }: { review: Review; state: State }) {
  const { spec, counts } = state;
  const choices = review.choices;
  const rejecting = spec.label === "review";
  if (spec.view === "above") return null;
  return (
    <section>
      <h2>
        {spec.view === "drops" ? "Left out by filters" : rejecting ? "Reject, because" : words(spec.label)}
      </h2>
      {spec.view === "drops" && (
        <p className="soft">
          What is brought back is made anew from its picture by <code>tachie build --apply-review</code>,
          where that picture can still be read.
        </p>
      )}
      <div className="choices">
        {choices.map((value, i) => (
          <button
            type="button"
            key={value}
            className="button small choice"
            aria-pressed={rejecting ? state.reason === value : undefined}
            onClick={() => review.act({ do: "choose", index: i })}
          >
            <kbd>{CHOICE_KEYS[i]?.toUpperCase()}</kbd> <span>{words(value)}</span>
            <output className="soft">
              {((rejecting ? counts.reasons : counts.values).get(value) ?? 0).toLocaleString()}
            </output>
          </button>
        ))}
      </div>
      {spec.label === "class" && (
        <button type="button" className="button small" onClick={() => review.set({ naming: true })}>
          {choices.length ? "Change the classes" : "Name the classes"}
        </button>
      )}
      {!rejecting && spec.view !== "drops" && choices.length > 0 && (
        <button type="button" className="button small" onClick={() => review.act({ do: "accept" })}>
          Accept what is shown <kbd>Space</kbd>
        </button>
      )}
    </section>
  );
}

function LearnedCard({ review, state }: { review: Review; state: State }) {
  const { learned, lacking, spec, made } = state;
  if (spec.view === "above") return null;
  return (
    <section className="card">
      <h2>Learned so far</h2>
      {!learned && (
        <p className="soft">
          {made.ready || made.features === 0
            ? `Nothing yet: it takes ${lacking || "some decisions"}. “Most doubtful first” asks about what teaches most.`
            : "The faces are being looked at…"}
        </p>
      )}
      {learned && (
        <>
          <p>
            From <b>{learned.examples.toLocaleString()}</b> decisions. Right on{" "}
            <b>{Math.round(learned.accuracy * 100)}%</b> of those it had not seen
            {learned.sure > 0 && (
              <>
                , and on {learned.sure_right} of {learned.sure} where it was sure
              </>
            )}
            .
          </p>
          <ul className="above">
            {learned.classes.map((value, i) => (
              <li key={value}>
                <span>{words(value)}</span>
                <button
                  type="button"
                  className="button small"
                  disabled={!learned.above[i]}
                  onClick={() => void review.show({ view: "above", value, above: 0.98, undecided: true })}
                >
                  {(learned.above[i] ?? 0).toLocaleString()} above .98
                </button>
              </li>
            ))}
          </ul>
          <button type="button" className="button small" onClick={() => review.act({ do: "resort" })}>
            Sort the rest by it <kbd>R</kbd>
          </button>
        </>
      )}
    </section>
  );
}

function Progress({ review, state }: { review: Review; state: State }) {
  const { counts, info, anHour, spec } = state;
  const total = info?.rows ?? 0;
  const share = total ? counts.decided / total : 0;
  return (
    <section>
      <h2>
        Decided {counts.decided.toLocaleString()} of {total.toLocaleString()}
      </h2>
      <progress value={share} aria-label="Decided" />
      <p className="soft figures">
        <span>✓ {counts.keep.toLocaleString()} kept</span>
        <span>✕ {counts.reject.toLocaleString()} rejected</span>
        {counts.restore > 0 && <span>↩ {counts.restore.toLocaleString()} brought back</span>}
        <span>{anHour.toLocaleString()} an hour</span>
      </p>
      {spec.view === "copies" && (
        <button type="button" className="button small" onClick={() => rejectCopies(review)}>
          Reject all but the best of each (★)
        </button>
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={state.advance}
          onChange={(event) => review.setAdvance(event.target.checked)}
        />
        go on to the next face by itself
      </label>
    </section>
  );
}

/** Select every copy but the best of its cluster; what is selected is then rejected with one press. */
function rejectCopies(review: Review): void {
  const { faces, clusters } = review.state.order;
  if (!clusters) return;
  const copies = [...faces].filter((_, i) => i > 0 && clusters[i] === clusters[i - 1]);
  const open = copies.filter((face) => review.decisions.of(face).review === undefined);
  if (open.length) review.commit(open, { review: "reject", reason: "duplicate" });
  review.set({ note: `${open.length.toLocaleString()} copies rejected. One undo (Z) takes all of it back.` });
}
