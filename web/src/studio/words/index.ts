/** The page's words in the person's language, and the labels' names where we know them. */

import { createContext, useContext } from "react";
import { read } from "../../shared/theme";
import { en, type Words } from "./en";
import { ja } from "./ja";
import { zh } from "./zh";

export const LOCALES = { en, ja, zh } as const;
export type Locale = keyof typeof LOCALES;
export type { Words };

const KEY = "tachie-locale";
export const LOCALE_KEY = KEY;

/** The locale that was chosen, or the first of the browser's languages that we speak. */
export function currentLocale(): Locale {
  const asked = [read(KEY) ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return asked.find((tag): tag is Locale => tag in LOCALES) ?? "en";
}

export const WordsContext = createContext<Words>(en);

export function useWords(): Words {
  return useContext(WordsContext);
}

export function groupName(words: Words, group: string): string {
  return words.groups[group] ?? readable(group);
}

export function valueName(words: Words, value: string): string {
  if (value === "yes") return words.yes;
  if (value === "no") return words.no;
  return words.values[value] ?? readable(value);
}

function readable(name: string): string {
  const spaced = name.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
