import { afterEach, expect, it, vi } from "vitest";
import { ApiError, getJson } from "./api";

afterEach(() => vi.unstubAllGlobals());

it("gives what the server says", async () => {
  vi.stubGlobal("fetch", async () => new Response('{"a": 1}'));
  expect(await getJson("/api/x")).toEqual({ a: 1 });
});

it("turns a refusal into an error that carries the server's words", async () => {
  vi.stubGlobal("fetch", async () => new Response('{"detail": "too many"}', { status: 429 }));
  await expect(getJson("/api/x")).rejects.toEqual(new ApiError(429, "too many"));
});
