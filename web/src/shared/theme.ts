/** Dark or light: what the person chose, or else what the system prefers; one attribute on the root element. */

export type Theme = "light" | "dark";

const KEY = "tachie-theme";

export function currentTheme(): Theme {
  const chosen = read(KEY);
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function showTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: Theme): void {
  write(KEY, theme);
  showTheme(theme);
}

/** What the browser remembers under a key; nothing where storage is refused. */
export function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Remember a text; where storage is refused or full the page works on without it. */
export function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows refuse storage: nothing else depends on it.
  }
}
