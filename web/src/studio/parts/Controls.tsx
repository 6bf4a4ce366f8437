import type { Dispatch } from "react";
import { codesIn, type Drawing } from "../core/drawing";
import { type About, COLOURS, type Group, kindOf, sizeOf, valueAt } from "../core/model";
import type { Scene } from "../core/scene";
import type { Action } from "../core/state";
import { groupName, useWords, valueName } from "../words";
import { Icon } from "./Icon";

interface Props {
  about: About;
  scene: Scene;
  shown: Drawing;
  dispatch: Dispatch<Action>;
}

/** A control for each label that the model listens to, built from its own list. */
export function Controls({ about, scene, shown, dispatch }: Props) {
  const words = useWords();
  const codes = codesIn(shown);
  if (about.labels.length === 0) return <p className="soft">{words.noLabels}</p>;
  const all = scene.locks.length > 0;
  const flags = about.labels.filter((group) => kindOf(group) === "flag");
  const others = about.labels.filter((group) => kindOf(group) !== "flag");
  const row = (group: Group) => (
    <Attribute
      key={group.name}
      group={group}
      code={codes[about.labels.indexOf(group)] ?? -1}
      locked={scene.locks.includes(group.name)}
      choose={(code, gesture) =>
        dispatch({ type: "label", about, group: group.name, code, ...(gesture ? { gesture } : {}) })
      }
      lock={(on) => dispatch({ type: "lock", group: group.name, on })}
      settle={() => dispatch({ type: "settle" })}
    />
  );
  return (
    <>
      <div className="panel-head">
        <h2>{words.looksTitle}</h2>
        {about.labels.length > 1 && (
          <button
            type="button"
            className="button quiet small"
            onClick={() => dispatch({ type: "lockAll", about, on: !all })}
          >
            <Icon name={all ? "locked" : "open"} />
            {all ? words.unlockAll : words.lockAll}
          </button>
        )}
      </div>
      {others.map(row)}
      {flags.length > 0 && <div className="flags">{flags.map(row)}</div>}
    </>
  );
}

interface AttributeProps {
  group: Group;
  code: number;
  locked: boolean;
  choose: (code: number, gesture?: string) => void;
  lock: (on: boolean) => void;
  settle: () => void;
}

/** One label: free (drawn anew with each face) or locked at a value. The value that is shown is always marked. */
function Attribute({ group, code, locked, choose, lock, settle }: AttributeProps) {
  const words = useWords();
  const kind = kindOf(group);
  const name = groupName(words, group.name);
  const now = code >= 0 ? valueName(words, valueAt(group, code)) : words.unknown;
  return (
    <fieldset className={`attribute ${kind}`} data-locked={locked || undefined} data-group={group.name}>
      <legend>
        {name}
        {kind === "scale" || kind === "colours" ? <span className="soft"> {now}</span> : null}
      </legend>
      <button
        type="button"
        className="button chip free"
        aria-pressed={!locked}
        onClick={() => lock(!locked ? code >= 0 : false)}
        title={locked ? words.unlock : words.lock}
      >
        <Icon name={locked ? "locked" : "dice"} />
        <span className={kind === "flag" || kind === "colours" ? "unseen" : ""}>{words.random}</span>
        {kind === "flag" || kind === "colours" ? <span className="unseen"> {name}</span> : null}
      </button>
      {kind === "scale" || group.kind === "number" ? (
        <input
          type="range"
          min={0}
          max={sizeOf(group) - 1}
          step={1}
          value={Math.max(0, code)}
          aria-label={name}
          aria-valuetext={now}
          onChange={(event) => choose(Number(event.target.value), `label ${group.name}`)}
          onPointerUp={settle}
          onBlur={settle}
        />
      ) : (
        order(kind, group.values).map(([value, i]) => (
          <button
            key={value}
            type="button"
            className={kind === "colours" ? "swatch" : "button chip"}
            data-value={value}
            aria-pressed={locked && code === i}
            data-now={code === i || undefined}
            aria-label={kind === "choice" ? undefined : `${name}: ${valueName(words, value)}`}
            title={valueName(words, value)}
            ref={(element) => {
              if (element && kind === "colours")
                element.style.setProperty("--colour", COLOURS[value] ?? "transparent");
            }}
            onClick={() => (locked && code === i ? lock(false) : choose(i))}
          >
            {kind === "colours" ? null : valueName(words, value)}
          </button>
        ))
      )}
    </fieldset>
  );
}

/** Values in the order they are shown: yes before no. */
function order(kind: string, values: string[]): [string, number][] {
  const pairs = values.map((value, i): [string, number] => [value, i]);
  return kind === "flag" ? pairs.sort(([a], [b]) => (a === "yes" ? -1 : b === "yes" ? 1 : 0)) : pairs;
}
