import { useEffect, useState } from "react";
import { write } from "../shared/theme";
import { App } from "./App";
import type { Runtime } from "./engine/messages";
import type { Engine, Known } from "./engine/studio";
import { currentLocale, LOCALE_KEY, LOCALES, type Locale, WordsContext } from "./words";

/** What the worker tells before there is an app to tell. */
export interface News {
  known: Known | null;
  runtime: Runtime | null; // once the model is opened
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
      ) : now.known ? (
        <App
          engine={engine}
          known={now.known}
          runtime={now.runtime}
          part={now.part}
          locale={locale}
          setLocale={choose}
        />
      ) : (
        <div className="waiting">
          <h1>{words.title}</h1>
        </div>
      )}
    </WordsContext>
  );
}
