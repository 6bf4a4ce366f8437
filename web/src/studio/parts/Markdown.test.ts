import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { blocks } from "./Markdown";

it("cuts text into its blocks", () => {
  const text =
    "# A\n\none\ntwo\n\n- x\n- y\n  more\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\n# no heading\n\nx\n```\nend";
  expect(blocks(text)).toEqual([
    { kind: "heading", lines: ["# A"] },
    { kind: "text", lines: ["one", "two"] },
    { kind: "list", lines: ["- x", "- y", "  more"] },
    { kind: "table", lines: ["| a | b |", "|---|---|", "| 1 | 2 |"] },
    { kind: "code", lines: ["# no heading", "", "x"] },
    { kind: "text", lines: ["end"] },
  ]);
});

it("knows everything that a shipped card uses", () => {
  const card = readFileSync("../src/tachie/weights/tachie-64/card.md", "utf8");
  expect(new Set(blocks(card).map((block) => block.kind))).toEqual(
    new Set(["heading", "text", "table", "code", "list"]),
  );
});
