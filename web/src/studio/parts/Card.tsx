import { useEffect, useState } from "react";
import type { About, Listed } from "../core/model";
import { groupName, useWords } from "../words";
import { Dialog } from "./Help";
import { Markdown } from "./Markdown";

/** What the model was trained on, with its card where it has one. */
export function Card({ about, listed, close }: { about: About; listed: Listed; close: () => void }) {
  const words = useWords();
  const address = cardAddress(listed);
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    if (!listed.card) return;
    const stop = new AbortController();
    fetch(address, { signal: stop.signal })
      .then((answer) => (answer.ok ? answer.text() : ""))
      .then(setText)
      .catch(() => undefined);
    return () => stop.abort();
  }, [listed, address]);
  const { trained_on } = about;
  return (
    <Dialog title={`${words.card}: ${listed.name}`} close={close}>
      <dl className="facts">
        <dt>{words.trainedOn}</dt>
        <dd>
          {trained_on.name ?? words.unknown}
          {trained_on.rows !== undefined && `, ${trained_on.rows.toLocaleString()} ${words.faces}`}
        </dd>
        <dt>{words.rights}</dt>
        <dd>{trained_on.rights ?? words.unknown}</dd>
        {about.kimg !== undefined && (
          <>
            <dt>{words.steps}</dt>
            <dd>
              {about.kimg.toLocaleString()} {words.thousand}
            </dd>
          </>
        )}
        <dt>{words.model}</dt>
        <dd>
          {about.model}, {about.resolution} px
          {about.labels.length > 0 && ` (${about.labels.map((g) => groupName(words, g.name)).join(", ")})`}
        </dd>
      </dl>
      {text && (
        <section className="prose" aria-label={words.card} lang="en">
          <Markdown text={text} />
        </section>
      )}
    </Dialog>
  );
}

export function cardAddress(listed: Listed): string {
  return `models/${encodeURIComponent(listed.name)}/${listed.card ? "card.md" : "generator.json"}`;
}
