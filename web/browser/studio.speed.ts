/** How long a person waits for the studio; printed as one line of JSON for benchmarks/studio_speed.py. */

import { afterAll, beforeAll, it } from "vitest";
import { chrome, openBrowser, type Server, startTachie } from "./setting";

const OPENINGS = 3;
const DRAWINGS = 60;

let server: Server;
beforeAll(async () => {
  server = await startTachie("studio", "--weights", "tachie-64", "--port", "0", "--no-open");
});
afterAll(() => server?.stop());

it.skipIf(!chrome)("measures", async () => {
  const found: Record<string, number[]> = { first_ms: [], again_ms: [], drawing_ms: [], shown_ms: [] };
  for (let i = 0; i < OPENINGS; i++) {
    const browser = await openBrowser(); // a new profile: nothing cached
    const page = await browser.context.newPage();
    for (const name of ["first_ms", "again_ms"]) {
      await page.goto(`${server.address}?runtime=wasm#seed=${i}`, { waitUntil: "commit" });
      await page.waitForSelector(".stage canvas[data-drawn]");
      found[name]?.push(await page.evaluate(() => performance.now()));
      await page.goto("about:blank");
    }
    if (i === OPENINGS - 1) {
      await page.goto(`${server.address}?runtime=wasm#seed=${i}`);
      await page.waitForSelector(".stage canvas[data-drawn]");
      const shown = await page.evaluate(async (count) => {
        const times: number[] = [];
        for (let k = 0; k < count; k++) {
          const start = performance.now();
          document.querySelector<HTMLButtonElement>(".anew")?.click();
          for (;;) {
            await new Promise(requestAnimationFrame);
            const stage = document.querySelector<HTMLElement>(".stage");
            if (stage?.dataset.drawing === stage?.querySelector("canvas")?.dataset.drawn) break;
          }
          times.push(performance.now() - start);
        }
        return times;
      }, DRAWINGS);
      found.shown_ms = shown.slice(5);
      found.drawing_ms = (
        await page.evaluate(() =>
          performance
            .getEntriesByName("tachie-draw")
            .filter((entry) => (entry as PerformanceMeasure).detail === "stage")
            .map((entry) => entry.duration),
        )
      ).slice(5);
    }
    await browser.close();
  }
  console.log(`SPEED ${JSON.stringify(found)}`);
});
