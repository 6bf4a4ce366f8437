/** Takes the pictures of docs/studio.md with the weights that ship: `npm run look`, then look at them. */

import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, ROOT, type Server, startTachie } from "./setting";

let shipped: Server;
let browser: Awaited<ReturnType<typeof openBrowser>>;

beforeAll(async () => {
  shipped = await startTachie("studio", "--weights", "tachie-64", "--port", "0", "--no-open");
  browser = await openBrowser({ viewport: { width: 1200, height: 820 }, locale: "en-GB" });
});
afterAll(async () => {
  await browser?.close();
  await shipped?.stop();
});

it("takes the pictures", async () => {
  const page = await browser.context.newPage();
  const shot = async (name: string) => {
    await calm(page);
    await page.screenshot({ path: join(ROOT, "build", "look", `${name}.png`), animations: "disabled" });
  };
  await page.goto(`${shipped.address}#seed=11&truncation=0.7`);
  for (const seed of [21, 2, 33, 25, 40, 3, 9]) {
    await page.evaluate((s) => {
      location.hash = `model=tachie-64&seed=${s}&truncation=0.7`;
    }, seed);
    await calm(page);
  }
  await shot("studio-draw");
  await page.keyboard.press("g");
  await shot("studio-grid");
  await page.keyboard.press("d");
  await page.keyboard.press("l");
  await shot("studio-like");
  await page.keyboard.press("d");
  await page.keyboard.press("m");
  await shot("studio-mix");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await shot("studio-help");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.locator("header select").last().selectOption("ja");
  await page.keyboard.press("t");
  await shot("studio-dark-ja");
  await page.setViewportSize({ width: 1200, height: 960 });
  await page.goto(`${shipped.address}#seed=8&hair_color=pink&eye_color=blue&truncation=0.8&lock=hair_color`);
  await page.locator("header select").last().selectOption("zh");
  await shot("studio-labels-zh");
  await page.locator("header select").last().selectOption("en");
  await page.setViewportSize({ width: 390, height: 844 });
  await shot("studio-phone");
  expect(await page.title()).toContain("tachie");
});

/** Wait until every drawing that is shown is the one that is meant. */
async function calm(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const shown = [...document.querySelectorAll<HTMLElement>("[data-drawing]")];
    return (
      shown.length > 0 && shown.every((e) => e.dataset.drawing === e.querySelector("canvas")?.dataset.drawn)
    );
  });
}
