import { useEffect, useState } from "react";
import { write } from "../shared/theme";
import { App } from "./App";
import type { Engine, Opened } from "./engine/studio";
import { currentLocale, LOCALE_KEY, LOCALES, type Locale, WordsContext } from "./words";

/** What the worker tells before there is an app to tell. */
export interface News {
  opened: Opened | null;
  part: number; // of the model's bytes, 0 to 1
  failed: string | null;
}

interface Props {
  engine: Engine;
  news: () => News;
  listen: (listener: () => void) => () => void;
}

/** The page from its first moment: fetching, then the studio; or what went wrong. */
export function Root({ engine, news, listen }: Props) {
  const [locale, setLocale] = useState<Locale>(currentLocale);
  const [now, setNow] = useState(news);
  useEffect(() => {
    setNow(news());
    return listen(() => setNow(news()));
  }, [news, listen]);
  const words = LOCALES[locale];
  useEffect(() => {
    document.documentElement.lang = locale;
    document.title = words.title;
  }, [locale, words]);
  const choose = (next: Locale) => {
    write(LOCALE_KEY, next);
    setLocale(next);
  };
  return (
    <WordsContext value={words}>
      {now.failed !== null ? (
        <div className="waiting" role="alert">
          <h1>{words.failed}</h1>
          <p>{now.failed}</p>
          <button type="button" className="button primary" onClick={() => location.reload()}>
            {words.reload}
          </button>
        </div>
      ) : now.opened ? (
        <App engine={engine} opened={now.opened} locale={locale} setLocale={choose} />
      ) : (
        <div className="waiting">
          <h1>{words.title}</h1>
          <label>
            {words.opening}
            <progress max={1} value={now.part} />
          </label>
        </div>
      )}
    </WordsContext>
  );
}
