/** What is known of the face under the cursor. */

import { useEffect, useState } from "react";
import { words } from "./paint";
import { type Face, server } from "./server";
import type { State } from "./state";
import type { Review } from "./store";

export function useFace(face: number): Face | null {
  const [known, setKnown] = useState<{ face: number; said: Face } | null>(null);
  useEffect(() => {
    if (face < 0) return;
    let here = true;
    // Not for every face that the cursor passes over.
    const timer = setTimeout(() => {
      server.face(face).then(
        (said) => here && setKnown({ face, said }),
        () => here && setKnown(null),
      );
    }, 120);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [face]);
  return known?.face === face ? known.said : null;
}

export function FaceCard({ review, state }: { review: Review; state: State }) {
  const face = review.faceAt(state.cursor);
  const known = useFace(face);
  if (face < 0) return null;
  const fields = review.decisions.of(face);
  const facts: [string, string | null | undefined][] = known
    ? [
        ["left out by", known.stage && `${known.stage}: ${words(known.reason ?? "")}`],
        ["", known.detail],
        ["from", known.source_path],
        ["size", known.width ? `${known.width} × ${known.height} px` : null],
        ["source", known.source],
        ["episode", known.episode],
        ["artist", known.artist],
        ["rating", known.rating],
        ["released", known.released_at],
        ["found with", known.confidence?.toFixed(2)],
      ]
    : [];
  const lost = known?.unreadable
    ? "It could not be read, so it cannot be brought back."
    : known?.reason === "no_face" && "No face was found in it: there is none that could be brought back.";
  const labels = Object.entries({ ...(known?.labels ?? {}), ...fields }).filter(
    ([name]) => !["review", "reason"].includes(name),
  );
  return (
    <section className="face-card">
      <h2>This face</h2>
      <div className="face-row">
        <img key={face} src={`/api/review/picture/${face}`} alt="" width={112} height={112} />
        <dl>
          {facts.map(
            ([name, value]) =>
              value && (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ),
          )}
          {labels.map(([name, value]) => (
            <div key={name}>
              <dt>{words(name)}</dt>
              <dd>
                {words(value)}
                {fields[name] !== undefined && " (decided)"}
              </dd>
            </div>
          ))}
        </dl>
      </div>
      {lost && <p className="soft">{lost}</p>}
      {!review.isDrops && (
        <div className="row">
          <button type="button" className="button small" onClick={() => review.act({ do: "similar" })}>
            Similar to this <kbd>S</kbd>
          </button>
          <button type="button" className="button small" onClick={() => review.act({ do: "whole" })}>
            Whole picture <kbd>O</kbd>
          </button>
        </div>
      )}
    </section>
  );
}
