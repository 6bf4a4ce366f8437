/** What is decided of each face: what the server said, and over it what was pressed since and is on its way there. */

export type Fields = Record<string, string>;
export type Change = Record<string, string | null>;
/** One face as the server tells it: its number, the action that changed it last, its fields. */
export type Said = [face: number, version: number, fields: Fields];

interface Known {
  version: number;
  fields: Fields;
}

interface Waiting {
  id: number;
  faces: Set<number>;
  change: Change;
}

const NOTHING: Fields = {};

export class Decisions {
  private readonly known = new Map<number, Known>();
  private waiting: Waiting[] = [];
  private overlay = new Map<number, Fields>();
  private nextId = 1;

  /** What is shown of a face now. */
  of(face: number): Fields {
    return this.overlay.get(face) ?? this.known.get(face)?.fields ?? NOTHING;
  }

  /** All faces of which anything is decided. */
  *all(): Generator<[number, Fields]> {
    for (const [face, fields] of this.overlay) if (Object.keys(fields).length) yield [face, fields];
    for (const [face, { fields }] of this.known) {
      if (!this.overlay.has(face) && Object.keys(fields).length) yield [face, fields];
    }
  }

  /** Show a change at once; `settle` its id when the server has it. */
  expect(faces: Iterable<number>, change: Change): number {
    const waiting = { id: this.nextId++, faces: new Set(faces), change };
    this.waiting.push(waiting);
    this.lay(waiting);
    return waiting.id;
  }

  /** Take what the server says; of two words on one face the later action's counts. */
  hear(rows: Iterable<Said>): void {
    for (const [face, version, fields] of rows) {
      const known = this.known.get(face);
      if (!known || version >= known.version) this.known.set(face, { version, fields });
    }
    this.relay();
  }

  /** A change has arrived at the server, or was refused: it is no longer shown ahead of it. */
  settle(id: number): void {
    this.waiting = this.waiting.filter((waiting) => waiting.id !== id);
    this.relay();
  }

  get pending(): number {
    return this.waiting.length;
  }

  private relay(): void {
    this.overlay = new Map();
    for (const waiting of this.waiting) this.lay(waiting);
  }

  private lay({ faces, change }: Waiting): void {
    for (const face of faces) this.overlay.set(face, changed(this.of(face), change));
  }
}

/** Fields after a change: null takes one away. */
export function changed(fields: Fields, change: Change): Fields {
  const next = { ...fields };
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete next[name];
    else next[name] = value;
  }
  return next;
}

export interface Counts {
  decided: number;
  keep: number;
  reject: number;
  restore: number;
  reasons: Map<string, number>;
  /** Values of the label that is being decided. */
  values: Map<string, number>;
}

/** Count what is decided, for the side panel; `label` is "review" or the name of a label. */
export function count(decisions: Decisions, label: string): Counts {
  const counts: Counts = {
    decided: 0,
    keep: 0,
    reject: 0,
    restore: 0,
    reasons: new Map(),
    values: new Map(),
  };
  for (const [, fields] of decisions.all()) {
    if (fields.review === "keep") counts.keep++;
    if (fields.review === "restore") counts.restore++;
    if (fields.review === "reject") {
      counts.reject++;
      const reason = fields.reason ?? "no reason";
      counts.reasons.set(reason, (counts.reasons.get(reason) ?? 0) + 1);
    }
    const value = fields[label];
    if (value !== undefined) counts.values.set(value, (counts.values.get(value) ?? 0) + 1);
    if (
      label === "review"
        ? fields.review === "keep" || fields.review === "reject"
        : value !== undefined || fields.review === "reject"
    )
      counts.decided++;
  }
  return counts;
}
