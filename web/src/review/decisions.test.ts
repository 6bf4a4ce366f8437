import { expect, it } from "vitest";
import { count, Decisions } from "./decisions";

it("shows a press at once, and what the server says once it has it", () => {
  const decisions = new Decisions();
  const id = decisions.expect([3, 4], { review: "reject", reason: "blurred" });
  expect(decisions.of(3)).toEqual({ review: "reject", reason: "blurred" });
  decisions.settle(id);
  decisions.hear([[3, 1, { review: "reject", reason: "blurred" }]]);
  expect(decisions.of(3)).toEqual({ review: "reject", reason: "blurred" });
  expect(decisions.of(4)).toEqual({});
  expect(decisions.pending).toBe(0);
});

it("lays several presses over each other in their order", () => {
  const decisions = new Decisions();
  decisions.hear([[1, 5, { review: "keep", class: "a" }]]);
  const first = decisions.expect([1], { review: "reject" });
  decisions.expect([1], { class: null });
  expect(decisions.of(1)).toEqual({ review: "reject" });
  decisions.settle(first);
  expect(decisions.of(1)).toEqual({ review: "keep" });
});

it("keeps a later word when an earlier one arrives late", () => {
  const decisions = new Decisions();
  decisions.hear([[1, 9, { review: "keep" }]]);
  decisions.hear([[1, 8, { review: "reject" }]]);
  expect(decisions.of(1)).toEqual({ review: "keep" });
  decisions.hear([[1, 10, {}]]);
  expect(decisions.of(1)).toEqual({});
});

it("counts decisions and reasons, those on their way too; a rejected face needs no label", () => {
  const decisions = new Decisions();
  decisions.hear([
    [1, 1, { review: "keep", hair_color: "pink" }],
    [2, 2, { review: "reject", reason: "blurred" }],
    [3, 3, {}],
    [9, 4, { review: "restore" }],
  ]);
  decisions.expect([4], { review: "reject" });
  const counts = count(decisions, "review");
  expect(counts).toMatchObject({ decided: 3, keep: 1, reject: 2, restore: 1 });
  expect([...counts.reasons]).toEqual([
    ["no reason", 1],
    ["blurred", 1],
  ]);
  expect(count(decisions, "hair_color")).toMatchObject({ decided: 3 });
  expect(count(decisions, "hair_color").values.get("pink")).toBe(1);
});
