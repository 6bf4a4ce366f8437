import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  complaints,
  openBrowser,
  python,
  type Server,
  startServer,
  startTachie,
  withoutChrome,
} from "./setting";

const WEIGHT_LIMIT_BYTES = 400_000; // of the page without ONNX Runtime and the model
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

describe.skipIf(withoutChrome())("the studio", () => {
  let folder: string;
  let server: Server;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let page: Page;
  let wrong: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tachie-studio-"));
    await python("tests/studio/labelled_model.py", join(folder, "little"));
    server = await startTachie("studio", "--model", join(folder, "little"), "--port", "0", "--no-open");
    browser = await openBrowser({ acceptDownloads: true, locale: "en-GB" });
    page = await browser.context.newPage();
    wrong = complaints(page);
    await page.goto(server.address);
    await drawn(page);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Show what an address says, in the page that is open. */
  async function show(settings: string): Promise<void> {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `model=little&${settings}`);
    await page.waitForFunction(
      (seed) => document.querySelector<HTMLElement>(".stage")?.dataset.drawing?.includes(`*${seed}/`),
      new URLSearchParams(settings).get("seed") ?? "",
    );
    await drawn(page);
  }

  it("opens without a complaint, light enough, and draws by WebAssembly", async () => {
    const loaded = await page.evaluate(() =>
      performance.getEntriesByType("resource").map((entry) => {
        const { name, decodedBodySize } = entry as PerformanceResourceTiming;
        return [name, decodedBodySize] as const;
      }),
    );
    const own = loaded.filter(([name]) => !/\/models\/|\/ort[-.]/.test(name));
    const html = (await (await fetch(server.address)).text()).length;
    const worker = (await (await fetch(await workerAddress())).text()).length;
    const bytes = own.reduce((sum, [, size]) => sum + size, html + worker);
    expect(own.length).toBeGreaterThan(2);
    expect(bytes).toBeLessThan(WEIGHT_LIMIT_BYTES);
    expect(await page.locator("footer").textContent()).toContain("WebAssembly");
    expect(wrong).toEqual([]);
  });

  async function workerAddress(): Promise<string> {
    const worker = page.workers()[0];
    if (!worker) throw new Error("there is no worker");
    return worker.url();
  }

  it.each([
    ["seed=0&truncation=1", "seed=0"],
    ["seed=7&truncation=0.6", "seed=7&truncation=0.6"],
    ["seed=4294967296&truncation=1.5", "seed=4294967296&truncation=1.5"],
    ["seed=9007199254740991&hair_color=pink&truncation=1", "seed=9007199254740991&set=hair_color=pink"],
    ["seed=3&smile=yes&year=2006.4&truncation=1", "seed=3&set=smile=yes&set=year=2006.4"],
    [
      "seed=99&hair_color=black&smile=no&hat=yes&class=Rize&year=2015&truncation=0.3",
      "seed=99&truncation=0.3&set=hair_color=black&set=smile=no&set=hat=yes&set=class=Rize&set=year=2015",
    ],
  ])("draws, and saves, what the command line draws from the same settings: %s", async (settings, query) => {
    await show(settings);
    const saved = await savedPixels(page);
    const expected = await pixelsOf(page, `/api/generate?${query}`);
    expect(saved.length).toBe(32 * 32 * 4);
    expect(furthest(saved, expected)).toBeLessThanOrEqual(2);
  });

  it("shares by address: a mixture looks the same in another browser", async () => {
    await show("seed=11&hair_color=blue&truncation=0.9");
    await show("seed=12&hair_color=pink&truncation=0.9");
    await page.keyboard.press("m");
    await page.getByRole("button", { name: "Mix face and features apart" }).click();
    await page.getByRole("slider", { name: "Colours and features" }).press("End");
    await page.getByRole("slider", { name: /^Face/ }).press("PageDown");
    await page.getByText("Directions").click();
    await page.getByRole("slider", { name: /^Direction 2/ }).press("End");
    await drawn(page);
    const here = await savedPixels(page);
    const address = await page.evaluate(() => location.href);
    const other = await openBrowser({ acceptDownloads: true });
    try {
      const guest = await other.context.newPage();
      await guest.goto(address);
      await drawn(guest);
      expect(furthest(await savedPixels(guest), here)).toBeLessThanOrEqual(2);
    } finally {
      await other.close();
    }
    await page.keyboard.press("Escape");
  });

  it("builds its controls from the model's labels; what is chosen is kept when drawn anew", async () => {
    await show("seed=20&truncation=1");
    const group = (name: string) => page.locator(`[data-group="${name}"]`);
    await group("hair_color").getByRole("button", { name: "Hair colour: Pink" }).click();
    await group("smile").getByRole("button", { name: "Smile: Yes" }).click();
    await group("class").getByRole("button", { name: "Rize" }).click();
    await page.getByRole("slider", { name: "Year of the style" }).press("End");
    const seeds = new Set<string>();
    for (let i = 0; i < 4; i++) {
      await page.getByRole("button", { name: "New face" }).click();
      await drawn(page);
      await addressSays(page, { hair_color: "pink", smile: "yes", class: "Rize", year: "2015" });
      seeds.add((await addressOf(page)).seed ?? "");
    }
    expect(seeds.size).toBe(4);
    await group("smile").getByRole("button", { name: "Random" }).click();
    await page.locator('[data-group="smile"]:not([data-locked])').waitFor();
    await page.getByRole("button", { name: "Same face, other features" }).click();
    const { seed = "", ...before } = await addressOf(page);
    await addressSays(page, { seed, noise: "fixed" });
    for (let i = 0; i < 5; i++) await page.keyboard.press("n");
    await drawn(page);
    await addressSays(page, { seed, hair_color: before.hair_color ?? "", year: before.year ?? "" });
    await page.keyboard.press("i");
  });

  it("is used by keys alone", async () => {
    await show("seed=30&truncation=0.8");
    await page.locator("body").press("n");
    await drawn(page);
    await page.keyboard.press("f");
    await page.getByRole("button", { name: "Remove from favourites" }).waitFor();
    const { seed: anew = "" } = await addressOf(page);
    expect(anew).not.toBe("30");
    await page.keyboard.press("z");
    await addressSays(page, { seed: "30" });
    await page.keyboard.press("y");
    await addressSays(page, { seed: anew });
    await page.keyboard.press("g");
    await sheetDrawn(page, 12);
    const first = page.locator(".sheet button").first();
    await first.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    const wanted = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.drawing);
    await page.keyboard.press("Enter");
    await drawn(page);
    expect(await page.locator(".stage").getAttribute("data-drawing")).toBe(wanted);
    await page.keyboard.press("l");
    await sheetDrawn(page, 12);
    await page.keyboard.press("k");
    await sheetDrawn(page, 1);
    await page.keyboard.press("d");
    await page.keyboard.press("m");
    await page.getByRole("region", { name: "Mixing" }).waitFor();
    for (let i = 0; i < 3; i++) await page.keyboard.press(".");
    await addressSays(page, { shape: "0.65" });
    await page.keyboard.press("p");
    await page.waitForFunction(() => !document.querySelector(".slider")?.textContent?.includes("65 %"));
    await page.keyboard.press("p");
    await page.locator("body").press("Enter");
    await page.getByRole("region", { name: "Mixing" }).waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const was = await theme();
    await page.keyboard.press("t");
    expect(await theme()).not.toBe(was);
    await page.keyboard.press("t");
  });

  it("redraws the grid as a slider moves, and picks up where it was when it is opened again", async () => {
    await show("seed=40&truncation=1");
    await page.keyboard.press("g");
    await sheetDrawn(page, 12);
    const before = await page.locator(".sheet canvas").first().getAttribute("data-drawn");
    const variety = page.getByRole("slider", { name: "Variety" });
    await variety.press("Home");
    await sheetDrawn(page, 12);
    expect(await page.locator(".sheet canvas").first().getAttribute("data-drawn")).not.toBe(before);
    await page.keyboard.press("z");
    await sheetDrawn(page, 12);
    expect(await page.locator(".sheet canvas").first().getAttribute("data-drawn")).toBe(before);
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.reload();
    await sheetDrawn(page, 12);
    expect(await page.locator(".sheet canvas").first().getAttribute("data-drawn")).toBe(before);
    expect(requests.filter((url) => url.endsWith(".onnx"))).toEqual([]); // the browser keeps the model
    await page.keyboard.press("d");
  });

  it("mixes two drawings when one is dragged onto the other", async () => {
    await show("seed=50&truncation=1");
    await show("seed=51&truncation=1");
    await page.evaluate(() => scrollTo(0, 0));
    const from = await page.locator(".strip button").nth(1).boundingBox();
    const to = await page.locator(".stage").boundingBox();
    if (!from || !to) throw new Error("nothing to drag");
    await page.mouse.move(from.x + 20, from.y + 20);
    await page.mouse.down();
    await page.mouse.move(from.x + 60, from.y - 60, { steps: 4 });
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 4 });
    expect(await page.locator(".stage[data-drop]").count()).toBe(1);
    await page.mouse.up();
    await page.getByRole("region", { name: "Mixing" }).waitFor();
    expect((await addressOf(page)).with).toContain("*50/");
    await page.getByRole("button", { name: "Keep this one" }).click();
    await drawn(page);
    await expect.poll(async () => (await addressOf(page)).drawing, { timeout: 20_000 }).toContain("*50/");
  });

  it("speaks English, Japanese and Chinese, and remembers which", async () => {
    const language = page.locator("header select").last();
    for (const [tag, words] of [
      ["ja", "新しい顔"],
      ["zh", "换一张脸"],
      ["en", "New face"],
    ] as const) {
      await language.selectOption(tag);
      await page.getByRole("button", { name: words }).waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(tag);
      if (tag === "ja") {
        await page.reload();
        await page.getByRole("button", { name: words }).waitFor();
      }
    }
  });

  it("says what the model was trained on, and shows its card", async () => {
    await page.getByRole("link", { name: "Model card" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await dialog.textContent()).toContain("smooth pictures");
    await page.keyboard.press("Escape");
  });

  it.each(["light", "dark"] as const)("leaves axe nothing serious to find, in %s", async (theme) => {
    await page.evaluate((name) => {
      document.documentElement.dataset.theme = name;
    }, theme);
    await page.evaluate(readFileSync(AXE, "utf8"));
    const check = async (what: string) => {
      const found = await page.evaluate(async () => {
        const axe = (globalThis as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } })
          .axe;
        for (const animation of document.getAnimations())
          if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish(); // half-way colours are nobody's
        return (await axe.run()).violations.map((v) => `${v.impact} ${v.id}: ${v.nodes[0]?.html}`);
      });
      expect(
        found.filter((line) => /^(serious|critical)/.test(line)),
        what,
      ).toEqual([]);
    };
    await show("seed=60&truncation=1");
    await check("draw");
    await page.keyboard.press("m");
    await page.getByRole("region", { name: "Mixing" }).waitFor();
    await check("mixing");
    await page.keyboard.press("Escape");
    for (const key of ["g", "l", "k"]) {
      await page.keyboard.press(key);
      await check(key);
    }
    await page.keyboard.press("?");
    await check("help");
    await page.keyboard.press("Escape");
    await page.keyboard.press("d");
  });

  it("fits a phone: nothing is cut off, a finger can drag", async () => {
    const phone = await openBrowser({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    try {
      const small = await phone.context.newPage();
      await small.goto(`${server.address}#model=little&seed=70`);
      await drawn(small);
      const fits = () =>
        small.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
      expect(await fits()).toBe(true);
      await small.getByRole("button", { name: "New face" }).tap();
      await drawn(small);
      const from = await small.locator(".strip button").nth(1).boundingBox();
      const to = await small.locator(".stage").boundingBox();
      if (!from || !to) throw new Error("nothing to drag");
      const touch = await small.context().newCDPSession(small);
      const at = (type: "touchStart" | "touchMove" | "touchEnd", x: number, y: number) =>
        touch.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
      await at("touchStart", from.x + 30, from.y + 30);
      await small.locator(".ghost").waitFor(); // the finger rests
      await at("touchMove", to.x + 100, to.y + 100);
      await at("touchEnd", 0, 0);
      await small.getByRole("region", { name: "Mixing" }).waitFor();
      expect(await fits()).toBe(true);
      for (const view of ["Grid", "More like this", "Favourites"]) {
        await small.getByRole("button", { name: view, exact: true }).first().tap();
        expect(await fits(), view).toBe(true);
      }
    } finally {
      await phone.close();
    }
  });

  it("works as static files in a folder of a plain web host", async () => {
    await python(
      "-m",
      "tachie",
      "export",
      "--weights",
      "tachie-64",
      "--format",
      "site",
      "--out",
      join(folder, "www/a/b"),
    );
    const host = await startServer([
      "-u",
      "-m",
      "http.server",
      "0",
      "-b",
      "127.0.0.1",
      "-d",
      join(folder, "www"),
    ]);
    const drawer = await startTachie("studio", "--weights", "tachie-64", "--port", "0", "--no-open");
    try {
      const plain = await browser.context.newPage();
      const faults = complaints(plain);
      await plain.goto(`${new URL(host.address).origin}/a/b/#seed=5&year=2008&truncation=0.7`);
      await drawn(plain);
      const saved = await savedPixels(plain);
      const ours = await browser.context.newPage();
      await ours.goto(drawer.address);
      const expected = await pixelsOf(ours, "/api/generate?seed=5&set=year=2008&truncation=0.7");
      expect(saved.length).toBe(64 * 64 * 4);
      expect(furthest(saved, expected)).toBeLessThanOrEqual(2);
      await plain.getByRole("link", { name: "Model card" }).click();
      await plain.getByText("How it was made").waitFor();
      expect(faults).toEqual([]);
    } finally {
      await host.stop();
      await drawer.stop();
    }
  });

  it("says so when the model is not there", async () => {
    const broken = await browser.context.newPage();
    await broken.route("**/models/index.json", (route) => route.abort());
    await broken.goto(server.address);
    await broken.getByRole("alert").waitFor();
  });

  it("did all that without a complaint", () => {
    expect(wrong).toEqual([]);
  });
});

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

/** The settings in a page's address. */
async function addressOf(page: Page): Promise<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(await page.evaluate(() => location.hash.slice(1))));
}

async function addressSays(page: Page, settings: Record<string, string>): Promise<void> {
  await expect.poll(() => addressOf(page), { timeout: 20_000 }).toMatchObject(settings);
}

/** Wait until the stage shows the drawing that it is meant to show. */
async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const stage = document.querySelector<HTMLElement>(".stage");
    return stage?.dataset.drawing && stage.dataset.drawing === stage.querySelector("canvas")?.dataset.drawn;
  });
}

async function sheetDrawn(page: Page, count: number): Promise<void> {
  await page.waitForFunction((wanted) => {
    const thumbs = [...document.querySelectorAll<HTMLElement>(".sheet [data-drawing]")];
    return (
      thumbs.length === wanted &&
      thumbs.every((thumb) => thumb.dataset.drawing === thumb.querySelector("canvas")?.dataset.drawn)
    );
  }, count);
}

/** Save the drawing as it is drawn (Shift S) and return the file's pixels. */
async function savedPixels(page: Page): Promise<number[]> {
  const download = page.waitForEvent("download");
  await page.locator("body").press("Shift+S");
  const path = await (await download).path();
  return pixelsOf(page, `data:image/png;base64,${readFileSync(path).toString("base64")}`);
}

/** The pixels of a picture as the browser decodes it. */
function pixelsOf(page: Page, address: string): Promise<number[]> {
  return page.evaluate(async (src) => {
    const image = new Image();
    image.src = src;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
    pen.drawImage(image, 0, 0);
    return Array.from(pen.getImageData(0, 0, image.width, image.height).data);
  }, address);
}

function furthest(a: number[], b: number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}
