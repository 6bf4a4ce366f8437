import type { Theme } from "../../shared/theme";
import { VIEWS, type View } from "../core/scene";
import type { Known } from "../engine/studio";
import { LOCALES, type Locale, useWords } from "../words";
import { Icon } from "./Icon";

interface Props {
  known: Known;
  view: View;
  setView: (view: View) => void;
  locale: Locale;
  setLocale: (locale: Locale) => void;
  theme: Theme;
  swapTheme: () => void;
  help: () => void;
}

export function TopBar({ known, view, setView, locale, setLocale, theme, swapTheme, help }: Props) {
  const words = useWords();
  return (
    <header className="topbar">
      <h1>
        <span className="brand">立ち絵</span> <span className="title">{words.title}</span>
      </h1>
      <nav className="views" aria-label={words.viewsLabel}>
        {VIEWS.map((one) => (
          <button
            key={one}
            type="button"
            className="button"
            aria-current={view === one || undefined}
            onClick={() => setView(one)}
          >
            {words.views[one]}
          </button>
        ))}
      </nav>
      <div className="row tools">
        {known.models.length > 1 && (
          <label>
            <span className="unseen">{words.model}</span>
            <select
              value={known.model}
              onChange={(event) => {
                location.hash = `model=${encodeURIComponent(event.target.value)}`;
              }}
            >
              {known.models.map((model) => (
                <option key={model.name}>{model.name}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          <span className="unseen">{words.language}</span>
          <select value={locale} onChange={(event) => setLocale(event.target.value as Locale)}>
            {Object.entries(LOCALES).map(([tag, one]) => (
              <option key={tag} value={tag} lang={tag}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="button icon quiet"
          aria-label={words.theme}
          title={`${words.theme} (T)`}
          onClick={swapTheme}
        >
          <Icon name={theme === "dark" ? "sun" : "moon"} />
        </button>
        <button
          type="button"
          className="button icon quiet"
          aria-label={words.help}
          title={`${words.help} (?)`}
          onClick={help}
        >
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}
