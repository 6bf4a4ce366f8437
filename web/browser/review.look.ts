/** Pictures of each view for docs/review.md, of the dataset $TACHIE_REVIEW_DATASET, into $TACHIE_LOOK.
 * With TACHIE_LOOK_ORIGINALS=yes, of a dataset whose faces were cut from pictures: those two views alone. */

import { afterAll, beforeAll, it } from "vitest";
import { chrome, openBrowser, type Server, startTachie } from "./setting";

const DATASET = process.env.TACHIE_REVIEW_DATASET ?? "";
const OUT = process.env.TACHIE_LOOK ?? "";

let server: Server;
beforeAll(async () => {
  if (DATASET && OUT && chrome) server = await startTachie("review", DATASET, "--port", "0", "--no-open");
});
afterAll(() => server?.stop());

it.skipIf(!chrome || !DATASET || !OUT)("looks", async () => {
  const browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
  const page = await browser.context.newPage();
  const look = async (name: string) => {
    await page.locator('.stage[aria-busy="false"]').waitFor();
    await page.waitForTimeout(1200); // thumbnails
    await page.screenshot({ path: `${OUT}/${name}.jpg`, type: "jpeg", quality: 72 });
  };
  await page.goto(`${server.address}#view=doubt`);
  await page.waitForFunction(
    async () => ((await (await fetch("/api/review/state")).json()) as { ready: boolean }).ready,
    undefined,
    { polling: 1000, timeout: 300_000 },
  );
  await page.reload();
  const original = process.env.TACHIE_LOOK_ORIGINALS === "yes";
  if (original) {
    await page.getByRole("button", { name: "In order" }).click();
    await page.locator('.stage[aria-busy="false"]').waitFor();
    await page.keyboard.press("o");
    await page.getByAltText("What the face was cut from").waitFor();
    await look("whole");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Left out" }).click();
    await look("left-out");
    return browser.close();
  }
  await page.locator(".above").waitFor();
  await look("doubt");
  await page.keyboard.press("s");
  await look("similar");
  await page.keyboard.press("Escape");
  await page.locator(".above li", { hasText: "reject" }).getByRole("button").click();
  await look("above");
  await page.keyboard.press("Escape");
  await page.locator('.stage[aria-busy="false"]').waitFor();
  await page.getByRole("button", { name: "Near copies" }).click();
  await look("copies");
  await page.getByLabel("I decide on").selectOption("hair_color");
  await page.getByRole("button", { name: "In order" }).click();
  await look("hair");
  await page.getByRole("button", { name: "Dark page" }).click();
  await page.getByLabel("I decide on").selectOption("review");
  await page.getByRole("button", { name: "Most doubtful first" }).click();
  await look("dark");
  await page.setViewportSize({ width: 390, height: 780 });
  await look("phone");
  await browser.close();
});
