/** The bar above: which view, of which faces, how large. */

import { useState } from "react";
import { chooseTheme, currentTheme } from "../shared/theme";
import { words } from "./paint";
import type { Spec, ViewName } from "./server";
import type { State } from "./state";
import type { Review } from "./store";

const VIEWS: [ViewName, string][] = [
  ["all", "In order"],
  ["doubt", "Most doubtful first"],
  ["sure", "By answer"],
  ["copies", "Near copies"],
  ["sorted", "By a number"],
  ["drops", "Left out"],
];
const SHOWN_AS: Record<string, string> = {
  source: "source",
  episode: "episode",
  artist: "artist",
  rating: "rating",
  released_at: "date of release",
  post_id: "game or post",
};

export function Bar({ review, state }: { review: Review; state: State }) {
  const { spec, info } = state;
  const [theme, setTheme] = useState(currentTheme());
  const [open, setOpen] = useState(false);
  const show = (change: Partial<Spec>) => {
    void review.show(change);
    document.querySelector<HTMLElement>(".grid")?.focus();
  };
  return (
    <header className="bar" data-open={open}>
      <h1>
        <span className="unseen">tachie review of </span>
        {info?.name ?? "…"}
      </h1>
      <button
        type="button"
        className="button small narrow-only"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        View
      </button>
      <div className="bar-controls">
        <nav className="views" aria-label="Views">
          {VIEWS.map(([view, name]) => (
            <button
              type="button"
              key={view}
              className="button small"
              aria-current={spec.view === view}
              onClick={() =>
                show({
                  view,
                  ...(view === "drops" ? { where: "", equals: "" } : {}),
                  ...(view === "sorted" && !spec.by ? { by: favourite(info?.sortable ?? []) } : {}),
                })
              }
              disabled={
                (view === "drops" && info?.drops === 0) || (view === "sorted" && !info?.sortable.length)
              }
            >
              {name}
              {view === "drops" && info ? ` ${info.drops.toLocaleString()}` : ""}
            </button>
          ))}
        </nav>
        {spec.view === "drops" ? (
          <Reasons state={state} show={show} />
        ) : (
          <Which review={review} state={state} show={show} />
        )}
        {spec.view === "sorted" && <Numbers state={state} show={show} />}
        {spec.view === "sure" && (
          <label className="field">
            <span className="unseen">Answer</span>
            <select value={spec.value} onChange={(event) => show({ value: event.target.value })}>
              <option value="">which answer…</option>
              {(state.learned?.classes ?? []).map((value) => (
                <option key={value} value={value}>
                  {words(value)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <div className="bar-right">
        <label className="size">
          <span className="unseen">Size of faces</span>
          <input
            type="range"
            min={40}
            max={256}
            step={4}
            value={state.cell}
            onChange={(event) => review.resize(Number(event.target.value))}
          />
        </label>
        <button type="button" className="button small" onClick={() => review.act({ do: "undo" })}>
          Undo <kbd>Z</kbd>
        </button>
        <button type="button" className="button small wide-only" onClick={() => review.act({ do: "redo" })}>
          Redo <kbd>Y</kbd>
        </button>
        <button
          type="button"
          className="button small icon"
          aria-label={theme === "dark" ? "Light page" : "Dark page"}
          onClick={() => {
            const other = theme === "dark" ? "light" : "dark";
            chooseTheme(other);
            setTheme(other);
          }}
        >
          {theme === "dark" ? "☀" : "☾"}
        </button>
        <button
          type="button"
          className="button small icon"
          aria-label="Help and keys"
          onClick={() => review.act({ do: "help" })}
        >
          ?
        </button>
      </div>
    </header>
  );
}

interface Part {
  state: State;
  show: (change: Partial<Spec>) => void;
}

/** By source, episode, game, artist, a label, or what was decided. */
function Which({ review, state, show }: Part & { review: Review }) {
  const { spec, info } = state;
  const values = info?.values ?? {};
  const decided = spec.where.startsWith("decided:")
    ? spec.where === "decided:review"
      ? ["keep", "reject"]
      : spec.where === "decided:reason"
        ? (info?.reasons ?? [])
        : state.classes
    : null;
  const options: [string, string][] = decided
    ? decided.map((value) => [value, words(value)])
    : Object.entries(values[spec.where] ?? {}).map(([value, n]) => [
        value,
        `${words(value)} (${n.toLocaleString()})`,
      ]);
  return (
    <>
      <label className="field">
        <span className="unseen">Which faces</span>
        <select
          value={spec.where}
          onChange={(event) => {
            const where = event.target.value;
            const first =
              where === "decided:review"
                ? "reject"
                : where === "decided:reason"
                  ? (info?.reasons[0] ?? "")
                  : where === "decided:class"
                    ? (state.classes[0] ?? "")
                    : (Object.keys(values[where] ?? {})[0] ?? "");
            show({ where, equals: first });
          }}
        >
          <option value="">all faces</option>
          {Object.keys(values).map((name) => (
            <option key={name} value={name}>
              by {SHOWN_AS[name] ?? words(name.replace("label:", ""))}
            </option>
          ))}
          <option value="decided:review">by my decision</option>
          <option value="decided:reason">by my reason</option>
          {review.state.classes.length > 0 && <option value="decided:class">by my class</option>}
        </select>
      </label>
      {spec.where && (
        <label className="field">
          <span className="unseen">Value</span>
          <select value={spec.equals} onChange={(event) => show({ equals: event.target.value })}>
            {options.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={spec.undecided || spec.view === "doubt"}
          disabled={spec.view === "doubt"}
          onChange={(event) => show({ undecided: event.target.checked })}
        />
        undecided only
      </label>
    </>
  );
}

/** A number's name: a label made by an autoencoder or a tagger, or a column of the faces. */
function Numbers({ state, show }: Part) {
  const { spec, info } = state;
  return (
    <>
      <label className="field">
        <span className="unseen">Which number</span>
        <select value={spec.by} onChange={(event) => show({ by: event.target.value })}>
          {(info?.sortable ?? []).map((name) => (
            <option key={name} value={name}>
              {words(name.replace("label:", ""))}
            </option>
          ))}
        </select>
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={spec.rising}
          onChange={(event) => show({ rising: event.target.checked })}
        />
        smallest first
      </label>
    </>
  );
}

/** What is sorted by at first: a label, which somebody made for it, rather than a column. */
function favourite(sortable: string[]): string {
  return sortable.find((name) => name.startsWith("label:")) ?? sortable[0] ?? "";
}

function Reasons({ state, show }: Part) {
  const reasons = Object.entries(state.info?.drop_reasons ?? {});
  return (
    <label className="field">
      <span className="unseen">Reason</span>
      <select value={state.spec.equals} onChange={(event) => show({ equals: event.target.value })}>
        <option value="">every reason</option>
        {reasons.map(([reason, n]) => (
          <option key={reason} value={reason}>
            {words(reason.replace(" ", ": "))} ({n.toLocaleString()})
          </option>
        ))}
      </select>
    </label>
  );
}
