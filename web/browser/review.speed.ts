/** How the review page feels at $TACHIE_REVIEW_DATASET; printed as one line of JSON for benchmarks/review_page.py. */

import { afterAll, beforeAll, it } from "vitest";
import { chrome, openBrowser, type Server, startTachie } from "./setting";

const DATASET = process.env.TACHIE_REVIEW_DATASET ?? "";
const PRESSES = 120;
const SCROLL_S = 6;

let server: Server;
beforeAll(async () => {
  if (DATASET && chrome) server = await startTachie("review", DATASET, "--port", "0", "--no-open");
});
afterAll(() => server?.stop());

it.skipIf(!chrome || !DATASET)("measures", async () => {
  const browser = await openBrowser({ viewport: { width: 1440, height: 900 } });
  const page = await browser.context.newPage();
  await page.goto(server.address);
  await page.locator('.stage[aria-busy="false"]').waitFor();
  // What is made once must be made: it is not what is measured.
  await page.waitForFunction(
    async () => ((await (await fetch("/api/review/state")).json()) as { ready: boolean }).ready,
    undefined,
    { timeout: 500_000, polling: 1000 },
  );
  await page.reload();
  await page.locator('.stage[aria-busy="false"]').waitFor();
  await page.getByRole("listbox").focus();
  await page.evaluate(() => {
    const grid = document.querySelector<HTMLElement>(".grid");
    const times: number[] = [];
    Object.assign(window, { times });
    addEventListener(
      "keydown",
      async (event) => {
        const drawn = grid?.dataset.shown;
        while (grid?.dataset.shown === drawn) await new Promise(requestAnimationFrame);
        times.push(performance.now() - event.timeStamp);
      },
      { capture: true },
    );
  });
  for (let i = 0; i < PRESSES; i++) {
    await page.keyboard.press(["k", "x", "ArrowRight", "2"][i % 4] as string);
    await page.waitForFunction((n) => (window as unknown as { times: number[] }).times.length > n, i);
  }
  const shown_ms = await page.evaluate(() => (window as unknown as { times: number[] }).times);
  const frame_ms = await page.evaluate(async (seconds) => {
    const grid = document.querySelector<HTMLElement>(".grid");
    const frames: number[] = [];
    let last = await new Promise<number>(requestAnimationFrame);
    const start = last;
    while (last - start < seconds * 1000) {
      if (grid) grid.scrollTop += 60;
      const now = await new Promise<number>(requestAnimationFrame);
      frames.push(now - last);
      last = now;
    }
    return frames;
  }, SCROLL_S);
  await page.getByRole("button", { name: "Most doubtful first" }).click();
  const refit_ms: number[] = [];
  for (let i = 0; i < 4; i++) {
    await page.waitForTimeout(500);
    const took = await page.evaluate(async () => {
      const start = performance.now();
      await (await fetch("/api/review/order?view=doubt&undecided=true")).arrayBuffer();
      return performance.now() - start;
    });
    refit_ms.push(took);
    for (let k = 0; k < 3; k++) await page.keyboard.press(k ? "k" : "x");
    await page.getByText("all saved").waitFor();
  }
  console.log(`SPEED ${JSON.stringify({ shown_ms, frame_ms, refit_ms })}`);
  await browser.close();
});
