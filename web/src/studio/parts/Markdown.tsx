import type { ReactNode } from "react";

/** The Markdown that model cards use: headings, paragraphs, lists, tables, code. Text stays text: no HTML, no links. */
export function Markdown({ text }: { text: string }) {
  return <>{blocks(text).map((block, i) => rendered(block, i))}</>;
}

export interface Block {
  kind: "heading" | "code" | "table" | "list" | "text";
  lines: string[];
}

/** Cut into blocks; a blank line ends each but code. */
export function blocks(text: string): Block[] {
  const found: Block[] = [];
  let open: Block | null = null;
  for (const line of text.split("\n")) {
    if (open?.kind === "code") {
      if (line.startsWith("```")) open = null;
      else open.lines.push(line);
      continue;
    }
    const kind = kindOf(line);
    if (kind === null) {
      open = null;
      continue;
    }
    const goesOn =
      open &&
      kind !== "heading" &&
      kind !== "code" &&
      (open.kind === kind || (open.kind === "list" && /^\s/.test(line)));
    if (open && goesOn) {
      open.lines.push(line);
      continue;
    }
    const block: Block = { kind, lines: kind === "code" ? [] : [line] };
    found.push(block);
    open = kind === "heading" ? null : block;
  }
  return found;
}

function kindOf(line: string): Block["kind"] | null {
  if (line.trim() === "") return null;
  if (/^#{1,6} /.test(line)) return "heading";
  if (line.startsWith("```")) return "code";
  if (line.startsWith("|")) return "table";
  if (/^[-*] /.test(line)) return "list";
  return "text";
}

function rendered(block: Block, key: number): ReactNode {
  const joined = block.lines.join(" ");
  switch (block.kind) {
    case "heading":
      return <h3 key={key}>{inline(joined.replace(/^#+ /, ""))}</h3>;
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        <pre key={key} tabIndex={0}>
          <code>{block.lines.join("\n")}</code>
        </pre>
      );
    case "table":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        <div key={key} className="table" tabIndex={0}>
          <Table lines={block.lines} />
        </div>
      );
    case "list":
      return (
        <ul key={key}>
          {items(block.lines).map((item) => (
            <li key={item}>{inline(item)}</li>
          ))}
        </ul>
      );
    case "text":
      return <p key={key}>{inline(joined)}</p>;
  }
}

function items(lines: string[]): string[] {
  const found: string[] = [];
  for (const line of lines) {
    if (/^[-*] /.test(line)) found.push(line.slice(2));
    else found.push(`${found.pop() ?? ""} ${line.trim()}`);
  }
  return found;
}

function Table({ lines }: { lines: string[] }) {
  const cells = (line: string) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  const [head = "", , ...rows] = lines;
  return (
    <table>
      <thead>
        <tr>
          {cells(head).map((cell, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a table's places never move
            <th key={i}>{inline(cell)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row}>
            {cells(row).map((cell, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a table's places never move
              <td key={i}>{inline(cell)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `code`, **strong** and links (their text alone) inside a line. */
function inline(text: string): ReactNode[] {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((part, i) => {
      const key = `${i} ${part}`;
      if (part.startsWith("`")) return <code key={key}>{part.slice(1, -1)}</code>;
      if (part.startsWith("**")) return <strong key={key}>{part.slice(2, -2)}</strong>;
      return part;
    });
}
