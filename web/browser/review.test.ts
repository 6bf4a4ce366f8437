/** The review page, used as people use it: in a real Chromium, with a real server behind it. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { complaints, openBrowser, python, ROOT, type Server, startTachie, withoutChrome } from "./setting";

const COUNT = 120;
const PATIENCE = { timeout: 20_000 };
// Every third picture is striped: what the person in this test throws out.
const MAKE = `
import sys
from pathlib import Path
from tachie.pipeline import Build, build
sys.path.insert(0, ".")
from tests.conftest import untagged
from tests.studio.conftest import write_kinds
place = Path(sys.argv[1])
folder = write_kinds(place / "pictures", ${COUNT})
build(Build([str(folder)], place / "faces", untagged("faces-as-they-are"), workers=0))
`;

describe.skipIf(withoutChrome())("the review page", () => {
  let place: string;
  let server: Server;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let page: Page;
  let wrong: string[];

  const said = (of = page) => of.locator("#cursor-face").textContent();
  const saved = (of = page) => of.getByText("all saved").waitFor();
  const face = async () => Number(await page.locator("#cursor-face").getAttribute("data-face"));
  const settled = () => page.locator('.stage[aria-busy="false"]').waitFor();
  const view = async (name: string) => {
    await page.getByRole("button", { name }).click();
    await page.locator('.views [aria-current="true"]', { hasText: name }).waitFor();
    await settled();
  };
  const heardReady = () =>
    page.waitForResponse(
      async (answer) =>
        answer.url().includes("/api/review/state") && ((await answer.json()) as { ready: boolean }).ready,
      { timeout: 120_000 },
    );
  const start = () => startTachie("review", join(place, "faces"), "--port", "0", "--no-open");

  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), "tachie-review-"));
    await python("-c", MAKE, place);
    server = await start();
    browser = await openBrowser({ reducedMotion: "reduce" });
    page = await browser.context.newPage();
    page.setDefaultTimeout(15_000);
    wrong = complaints(page);
    await page.goto(server.address);
    await page.getByText(`Face 1 of ${COUNT}`).waitFor({ state: "attached" });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(place, { recursive: true, force: true });
  });

  it("keeps and rejects by keys alone, goes on by itself, and undoes", async () => {
    await page.keyboard.press("ArrowRight");
    expect(await said()).toContain("Face 2 of");
    await page.keyboard.press("3");
    await page.keyboard.press("k");
    expect(await said()).toContain("Face 4 of");
    await page.keyboard.press("ArrowLeft");
    expect(await said()).toContain("kept");
    await page.keyboard.press("ArrowLeft");
    expect(await said()).toContain("rejected: blurred");
    await saved();
    await page.keyboard.press("z");
    await page.getByText("Undone: 1 face").waitFor();
    await page.keyboard.press("z");
    await expect.poll(() => said(), PATIENCE).toContain("not decided");
    await page.keyboard.press("y");
    await expect.poll(() => said(), PATIENCE).toContain("rejected");
    await page.keyboard.press("z");
    await expect.poll(() => said(), PATIENCE).toContain("not decided");
    await expect.poll(() => page.getByText(/^Decided/).textContent(), PATIENCE).toContain("Decided 0 of");
  });

  it("selects with the mouse and decides on all of it with one key", async () => {
    const grid = page.getByRole("listbox");
    const box = await grid.boundingBox();
    if (!box) throw new Error("no grid");
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 180, box.y + 180, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.press("x");
    await expect.poll(() => page.getByText(/^Decided/).textContent(), PATIENCE).toContain("Decided 4 of");
    await saved();
    await page.keyboard.press("z");
    await page.getByText("Undone: 4 faces").waitFor();
  });

  it("names classes and gives them by number", async () => {
    await page.getByLabel("I decide on").selectOption("class");
    await page.getByLabel("Class of key 1").fill("Chino");
    await page.getByLabel("Class of key 2").fill("other");
    await page.getByRole("button", { name: "Keep these" }).click();
    await settled();
    await page.getByRole("listbox").focus();
    await page.keyboard.press("2");
    await page.keyboard.press("ArrowLeft");
    expect(await said()).toContain("class: other");
    await saved();
    await page.keyboard.press("z");
    await expect.poll(() => said(), PATIENCE).toContain("class: not known");
    await page.getByLabel("I decide on").selectOption("review");
    await settled();
  });

  it("learns, shows what it would apply, applies it and takes it back; another tab sees it all", async () => {
    const other = await browser.context.newPage();
    await other.goto(server.address);
    // The page sorts anew when it hears that the server is ready, and only then asks again.
    await heardReady();
    await heardReady();
    await view("Most doubtful first");
    await page.getByRole("listbox").focus();
    for (let i = 0; i < 48; i++) {
      const before = await said();
      await page.keyboard.press((await face()) % 3 === 0 ? "x" : "k");
      await expect.poll(() => said(), PATIENCE).not.toBe(before);
      if (i % 12 === 11) await saved();
    }
    await page.keyboard.press("r");
    await page.getByText(/From 48 decisions/).waitFor();
    await expect.poll(() => other.getByText(/^Decided/).textContent(), PATIENCE).toContain("Decided 48 of");
    const above = page.locator(".above li", { hasText: "reject" }).getByRole("button");
    await above.click();
    await page.getByRole("button", { name: /^Apply to/ }).waitFor();
    await settled();
    const count = Number(
      /\d+/.exec((await page.getByRole("button", { name: /^Apply to/ }).textContent()) ?? "")?.[0],
    );
    expect(count).toBeGreaterThan(1);
    await page.keyboard.press("x"); // leaves the first one out, the least sure: the head may be wrong about it
    await page.getByRole("button", { name: `Apply to ${count - 1}` }).click();
    await page.getByText(/One undo \(Z\) takes all of it back/).waitFor();
    await expect
      .poll(() => other.getByText(/^Decided/).textContent(), PATIENCE)
      .toContain(`Decided ${48 + count - 1} of`);
    await page.getByRole("listbox").focus();
    await page.keyboard.press("z");
    await expect.poll(() => other.getByText(/^Decided/).textContent(), PATIENCE).toContain("Decided 48 of");
    await other.close();
  }, 300_000);

  it("keeps everything through a reload, and through the server being killed", async () => {
    await page.reload();
    await page.getByText("Decided 48 of").waitFor();
    await view("In order");
    await page.getByRole("listbox").focus();
    await page.keyboard.press("Home");
    const answered = page.waitForResponse((answer) => answer.request().method() === "POST" && answer.ok());
    await page.keyboard.press("4");
    await answered; // only what was answered for must outlive the server
    await saved();
    await page.keyboard.press("ArrowLeft");
    server.process.removeAllListeners("exit");
    server.process.kill("SIGKILL");
    await page.keyboard.press("5");
    await page.getByText("The server does not answer").waitFor();
    server = await start();
    await page.goto(server.address);
    await page.getByText(/^Decided (48|49) of/).waitFor(); // the first face was among the 48, or was not
    await view("In order"); // another port is another page to the browser: it begins anew
    await page.getByRole("listbox").focus();
    await page.keyboard.press("Home");
    await expect.poll(() => said(), PATIENCE).toContain("rejected: several faces");
    wrong.length = 0; // the dead server was complained of, rightly
  });

  it("shows what was left out, near copies, the whole picture, and help", async () => {
    await view("Left out");
    await page.getByRole("listbox").focus();
    await page.keyboard.press("k");
    await expect.poll(() => said(), PATIENCE).toContain("brought back");
    await page.keyboard.press("z");
    await expect.poll(() => said(), PATIENCE).toContain("not decided");
    await view("Near copies");
    await view("In order");
    await page.getByRole("listbox").focus();
    await page.keyboard.press("o");
    await page.getByAltText("What the face was cut from").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("s");
    await page.getByText("Most like the first face").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Most like the first face").waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "How to go through thousands of faces" }).waitFor();
    await page.keyboard.press("Escape");
    await page
      .getByRole("heading", { name: "How to go through thousands of faces" })
      .waitFor({ state: "detached" });
    expect(wrong).toEqual([]);
  });

  it("has no serious fault for screen readers, by day and by night, on a desk and on a phone", async () => {
    const axe = join(ROOT, "web/node_modules/axe-core/axe.min.js");
    for (const [width, height] of [
      [1280, 800],
      [390, 780],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const theme of ["light", "dark"]) {
        await page.evaluate((name) => {
          document.documentElement.dataset.theme = name;
        }, theme);
        const found = await withAxe(page, axe);
        expect(found, `${theme}, ${width} px`).toEqual([]);
      }
    }
  });
});

/** Run axe in the page's own world: the policy lets no script in, so it is evaluated from outside. */
async function withAxe(page: Page, file: string): Promise<string[]> {
  const { readFileSync } = await import("node:fs");
  await page.evaluate(readFileSync(file, "utf-8"));
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } }).axe;
    interface Violation {
      id: string;
      impact: string;
      nodes: { html: string }[];
    }
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish(); // half-way colours are nobody's
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  });
}
