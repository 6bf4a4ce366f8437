/** All that the page knows and does, in one place; components read `state` and call methods. */

import { write } from "../shared/theme";
import { hashOf, START, specOf } from "./address";
import { type Change, count, Decisions } from "./decisions";
import type { Action } from "./keys";
import { type Layout, layoutOf, nextCell, stepped } from "./layout";
import { resorted } from "./packed";
import { type Done, type Spec, server } from "./server";
import { choicesOf, fresh, guesses, type State } from "./state";
import { Thumbs } from "./thumbs";
import { Watched } from "./watched";
import { insisted, tabName } from "./writes";

const RESORT_AFTER = 12;
const POLL_MS = 1500;

export class Review extends Watched<State> {
  readonly decisions = new Decisions();
  readonly thumbs = new Thumbs(server.thumbs, () => this.redraw());
  readonly tab = tabName();
  state: State;
  layout: Layout = layoutOf(0, 100, 96, 3);
  pageRows = 5;
  private writes: Promise<unknown> = Promise.resolve();
  private seq = 0;
  private sinceSort = 0;
  private counting = 0;
  private before: Spec | null = null;
  private asking = 0;
  private acts = 0;

  constructor() {
    super();
    this.state = fresh(specOf(location.hash), count(this.decisions, "review"));
  }

  async start(): Promise<void> {
    try {
      const [info, heard] = await Promise.all([server.info(), server.state(0)]);
      this.decisions.hear(heard.rows);
      this.seq = heard.seq;
      this.set({ info, classes: heard.classes, anHour: heard.an_hour });
      this.counted();
      if (this.asking === 0) await this.show(this.state.spec); // unless somebody was quicker
    } catch (error) {
      this.set({ trouble: said(error), loading: false });
    }
    this.poll();
  }

  /** Show a view. The cursor goes to its first face that nothing is decided of. */
  async show(change: Partial<Spec>, note = ""): Promise<void> {
    const spec = { ...this.state.spec, ...change };
    const other =
      spec.label !== this.state.spec.label || (this.state.stated === null && spec.label !== "review");
    if (spec.view === "similar" || spec.view === "above") this.before ??= this.state.spec;
    else this.before = null;
    const asked = ++this.asking;
    this.set({ spec, loading: true, ...(other ? { stated: null, learned: null, lacking: "" } : {}) });
    history.replaceState(null, "", hashOf(spec));
    try {
      const [order, stated] = await Promise.all([
        server.order(asking(spec)),
        spec.label === "review" || spec.label === "class" ? null : server.stated(spec.label),
      ]);
      if (asked !== this.asking) return; // something else was asked for meanwhile
      this.sinceSort = 0;
      const first = order.faces.findIndex((face) => this.decisions.of(face)[spec.label] === undefined);
      const cursor = spec.view === "all" && first > 0 ? first : 0;
      this.set({
        order,
        stated,
        cursor,
        anchor: cursor,
        selected: new Set(),
        leftOut: new Set(),
        loading: false,
        learned: order.learned,
        lacking: order.lacking,
        note,
      });
      this.counted();
    } catch (error) {
      if (asked === this.asking) this.set({ loading: false, trouble: said(error) });
    }
  }

  /** Go back from "similar" or a preview to the view before it. */
  back(): void {
    const before = this.before;
    this.before = null;
    if (before) void this.show(before);
  }

  get choices(): string[] {
    return choicesOf(this.state);
  }

  get isDrops(): boolean {
    return this.state.spec.view === "drops";
  }

  faceAt(place: number): number {
    return this.state.order.faces[place] ?? -1;
  }

  act(action: Action): void {
    const { state } = this;
    this.acts++;
    const { label } = state.spec;
    switch (action.do) {
      case "step":
        this.moveTo(
          stepped(this.layout, state.order.faces.length, state.cursor, action.step, this.pageRows),
          action.extend,
        );
        break;
      case "choose": {
        const value = this.choices[action.index];
        if (value === undefined) break;
        if (label === "review") this.set({ reason: value });
        this.decide(label === "review" ? { review: "reject", reason: value } : { [label]: value });
        break;
      }
      case "accept":
        this.accept();
        break;
      case "keep":
        this.decide(this.isDrops ? { review: "restore" } : { review: "keep", reason: null });
        break;
      case "reject":
        this.decide(this.isDrops ? { review: null } : { review: "reject", reason: state.reason });
        break;
      case "clear":
        if (this.isDrops) this.decide({ review: null });
        else this.decide(label === "review" ? { review: null, reason: null } : { [label]: null });
        break;
      case "undo":
      case "redo":
        this.turnBack(action.do);
        break;
      case "similar":
        if (!this.isDrops)
          void this.show({ view: "similar", face: this.faceAt(state.cursor), where: "", equals: "" });
        break;
      case "whole":
        this.set({ whole: !state.whole });
        break;
      case "help":
        this.set({ help: !state.help });
        break;
      case "resort":
        void this.resort();
        break;
      case "all":
        this.set({ selected: new Set(state.order.faces.keys()) });
        break;
      case "none":
        if (state.help || state.whole) this.set({ help: false, whole: false });
        else if (state.selected.size) this.set({ selected: new Set() });
        else this.back();
        break;
      case "larger":
      case "smaller":
        this.resize(nextCell(state.cell, action.do === "larger" ? 1 : -1));
        break;
      case "back":
        this.back();
        break;
    }
  }

  resize(cell: number): void {
    write("tachie-review-cell", String(cell));
    this.set({ cell });
  }

  setAdvance(advance: boolean): void {
    write("tachie-review-advance", advance ? "yes" : "no");
    this.set({ advance });
  }

  moveTo(place: number, extend = false): void {
    const { anchor } = this.state;
    const [from, to] = anchor < place ? [anchor, place] : [place, anchor];
    if (!extend) this.set({ cursor: place, anchor: place, selected: new Set() });
    else this.set({ cursor: place, selected: new Set(range(from, to + 1)) });
  }

  select(places: Iterable<number>, cursor: number): void {
    this.set({ selected: new Set(places), cursor, anchor: cursor });
  }

  toggle(place: number): void {
    const selected = new Set(this.state.selected);
    if (!selected.size) selected.add(this.state.cursor);
    if (!selected.delete(place)) selected.add(place);
    this.set({ selected, cursor: place, anchor: place });
  }

  /** In a preview: leave a face out, or take it in again. */
  leaveOut(faces: number[]): void {
    const leftOut = new Set(this.state.leftOut);
    for (const face of faces) if (!leftOut.delete(face)) leftOut.add(face);
    this.set({ leftOut });
  }

  /** Decide on what is selected, or else on the face under the cursor; shown at once, then written. */
  decide(change: Change): void {
    const { selected, cursor, order, spec, loading } = this.state;
    if (loading) return; // what is shown is about to be something else
    const places = selected.size ? [...selected] : [cursor];
    const faces = places.map((place) => this.faceAt(place)).filter((face) => face >= 0);
    if (!faces.length) return;
    if (spec.view === "above" && !selected.size) {
      this.leaveOut(faces);
      this.moveTo(Math.min(cursor + 1, order.faces.length - 1));
      return;
    }
    this.commit(faces, change);
    const last = Math.max(...places);
    const taken = Object.values(change).every((value) => value === null);
    const next = this.state.advance && !taken ? Math.min(last + 1, order.faces.length - 1) : cursor;
    this.set({ cursor: next, anchor: next, selected: new Set() });
    this.sinceSort += faces.length;
    if (this.sinceSort >= RESORT_AFTER && (spec.view === "doubt" || spec.view === "sure")) void this.resort();
  }

  /** Decide on given faces, wherever the cursor is. */
  commit(faces: number[], change: Change): void {
    const id = this.decisions.expect(faces, change);
    this.changed();
    this.send(() => server.decide(this.tab, faces, change), id);
  }

  private accept(): void {
    const { spec, order, cursor, selected } = this.state;
    if (this.isDrops || spec.label === "review") {
      this.act({ do: "keep" });
      return;
    }
    if (this.state.loading) return;
    const places = selected.size ? [...selected] : [cursor];
    const groups = guesses(this.state, places);
    if (groups.size === 0) {
      this.set({ note: "Nothing is known to accept here: press a number." });
      return;
    }
    for (const [value, faces] of groups) this.commit(faces, { [spec.label]: value });
    const next = Math.min(Math.max(...places) + 1, order.faces.length - 1);
    this.sinceSort += places.length;
    this.set({ cursor: next, anchor: next, selected: new Set() });
    if (this.sinceSort >= RESORT_AFTER && spec.view === "doubt") void this.resort();
  }

  private turnBack(which: "undo" | "redo"): void {
    const act = this.acts;
    this.send(async () => {
      const done = await server[which](this.tab);
      const first = done.rows[0]?.[0];
      const place = first === undefined ? -1 : this.state.order.faces.indexOf(first);
      const text = done.count
        ? `${which === "undo" ? "Undone" : "Redone"}: ${done.count.toLocaleString()} face${done.count > 1 ? "s" : ""}`
        : `Nothing to ${which}`;
      this.set({
        note: text,
        // Who has gone on meanwhile is not torn away.
        ...(place >= 0 && done.count < 50 && act === this.acts
          ? { cursor: place, anchor: place, selected: new Set<number>() }
          : {}),
      });
      return done;
    });
  }

  /** Sort the rest anew by what was learned; what was gone through stays where it is. */
  async resort(): Promise<void> {
    const { spec } = this.state;
    if (!["all", "doubt", "sure"].includes(spec.view)) return;
    const asked = this.asking;
    this.sinceSort = 0;
    await this.writes; // so that the server knows what was just decided
    if (asked !== this.asking) return; // another view was asked for meanwhile
    const next = await server.order(asking(spec)).catch(() => null);
    if (!next || asked !== this.asking) return;
    const { order, cursor } = this.state;
    // What is seen around the cursor stays, unless nothing was gone through yet.
    const seen = (Math.floor(cursor / this.layout.columns) + 1) * this.layout.columns;
    const keep = cursor === 0 ? 0 : Math.min(order.faces.length, seen);
    const sorted = spec.view === "all" ? next : resorted(order, keep, next);
    this.set({ order: sorted, learned: next.learned, lacking: next.lacking });
  }

  /** Give every face of a preview the head's answer. */
  async applyPreview(): Promise<void> {
    const { spec, learned, leftOut } = this.state;
    if (!learned) return;
    const body = { tab: this.tab, label: spec.label, value: spec.value, above: spec.above, fit: learned.fit };
    await this.send(async () => {
      const done = await server.apply({ ...body, but: [...leftOut] });
      const back = this.before ?? START;
      this.before = null;
      await this.show(
        back,
        `${done.count.toLocaleString()} faces: ${spec.value}. One undo (Z) takes all of it back.`,
      );
      return done;
    });
  }

  setClasses(classes: string[]): void {
    this.set({ classes, naming: false });
    void server.classes(classes).catch((error) => this.set({ trouble: said(error) }));
  }

  /** Writes go one after the other; one that does not arrive is tried again, and the page says so. */
  private send(job: () => Promise<Done>, id?: number): Promise<void> {
    this.set({ unsaved: this.state.unsaved + 1 });
    const run = async (): Promise<void> => {
      try {
        const done = await insisted(job, () => this.set({ offline: true }));
        if (id !== undefined) this.decisions.settle(id);
        this.decisions.hear(done.rows);
        this.set({ offline: false });
      } catch (error) {
        if (id !== undefined) this.decisions.settle(id);
        this.set({ trouble: `This was not kept: ${said(error)}`, offline: false });
      }
      this.set({ unsaved: this.state.unsaved - 1 });
      this.changed();
    };
    const written = this.writes.then(run);
    this.writes = written;
    return written;
  }

  private changed(): void {
    this.set({ tick: this.state.tick + 1 });
    if (this.counting) return; // a count is on its way
    this.counting = window.setTimeout(() => {
      this.counting = 0;
      this.counted();
    }, 150);
  }

  private counted(): void {
    this.set({ counts: count(this.decisions, this.state.spec.label) });
  }

  /** Hear what other tabs decided, and how far the server is with what it prepares. */
  private poll(): void {
    const again = () => window.setTimeout(() => this.poll(), POLL_MS);
    if (document.hidden) {
      again();
      return;
    }
    server
      .state(this.seq)
      .then(async (heard) => {
        const wasReady = this.state.made.ready;
        const news = heard.seq !== this.seq;
        this.seq = heard.seq;
        if (news) this.decisions.hear(heard.rows);
        const { thumbs, features, ready } = heard;
        const { made } = this.state;
        const moved = made.thumbs !== thumbs || made.features !== features || made.ready !== ready;
        if (news || moved || this.state.anHour !== heard.an_hour || this.state.offline)
          this.set({
            anHour: heard.an_hour,
            made: { thumbs, features, ready },
            classes: heard.classes,
            offline: false,
            ...(heard.trouble ? { trouble: heard.trouble } : {}),
          });
        if (news) this.changed();
        // What was gone through meanwhile stays where it is.
        if (ready && !wasReady) await (this.state.spec.view === "similar" ? this.show({}) : this.resort());
      })
      .catch(() => this.set({ offline: true }))
      .finally(again);
  }
}

/** What is asked of the server: the doubtful are a queue, from which what is decided goes. */
function asking(spec: Spec): Spec {
  return { ...spec, undecided: spec.undecided || spec.view === "doubt" };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
