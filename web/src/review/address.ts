/** A view as the page's address says it, so that a reload and a link show the same. */

import type { Spec } from "./server";

export const START: Spec = {
  view: "all",
  label: "review",
  value: "",
  face: -1,
  above: 0.98,
  where: "",
  equals: "",
  undecided: false,
  by: "",
  rising: false,
};

export function specOf(hash: string): Spec {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const views = ["all", "doubt", "sure", "copies", "drops", "similar", "sorted"];
  const view = said.get("view") ?? "";
  return {
    ...START,
    view: (views.includes(view) ? view : "all") as Spec["view"],
    label: /^[a-z][a-z0-9_]{0,39}$/.test(said.get("label") ?? "") ? (said.get("label") as string) : "review",
    value: said.get("value") ?? "",
    face: /^\d{1,9}$/.test(said.get("face") ?? "") ? Number(said.get("face")) : -1,
    where: said.get("where") ?? "",
    equals: said.get("equals") ?? "",
    undecided: said.get("undecided") === "true",
    by: said.get("by") ?? "",
    rising: said.get("rising") === "true",
  };
}

export function hashOf(spec: Spec): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(spec)) {
    if (name !== "above" && value !== START[name as keyof Spec]) said.set(name, String(value));
  }
  return `#${said}`;
}
