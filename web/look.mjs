import { mkdtempSync } from "node:fs";
import { chromium } from "playwright-core";

const dir = mkdtempSync("/tmp/prof-");
const ctx = await chromium.launchPersistentContext(dir, {
  executablePath: "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
  viewport: { width: 1280, height: 860 },
});
const page = await ctx.newPage();
page.on("console", (m) => console.log("console", m.type(), m.text()));
page.on("pageerror", (e) => console.log("pageerror", e.stack));
const t0 = Date.now();
await page.goto("http://127.0.0.1:8399/");
await page.waitForSelector(".stage canvas[data-drawn]", { timeout: 20000 });
console.log("first drawing", Date.now() - t0);
console.log(page.url());
await page.waitForTimeout(500);
await page.screenshot({ path: "/tmp/shots/one.png" });
for (let i = 0; i < 8; i++) {
  await page.keyboard.press("n");
  await page.waitForTimeout(150);
}
console.log(
  JSON.stringify(
    await page.evaluate(() =>
      performance.getEntriesByName("tachie-draw").map((e) => [e.detail, Math.round(e.duration)]),
    ),
  ),
);
await page.keyboard.press("g");
await page.waitForTimeout(1500);
await page.screenshot({ path: "/tmp/shots/grid.png" });
await page.keyboard.press("l");
await page.waitForTimeout(1500);
await page.screenshot({ path: "/tmp/shots/like.png" });
await page.keyboard.press("d");
await page.keyboard.press("m");
await page.waitForTimeout(600);
await page.screenshot({ path: "/tmp/shots/mix.png" });
await page.keyboard.press("?");
await page.waitForTimeout(300);
await page.screenshot({ path: "/tmp/shots/help.png" });
await page.keyboard.press("Escape");
await page.keyboard.press("t");
await page.waitForTimeout(400);
await page.screenshot({ path: "/tmp/shots/dark.png" });
await page.setViewportSize({ width: 390, height: 844 });
await page.waitForTimeout(300);
await page.screenshot({ path: "/tmp/shots/phone.png" });
console.log(page.url());
await page.goto("http://127.0.0.1:8398/");
await page.reload();
await page.setViewportSize({ width: 1280, height: 860 });
await page.waitForSelector(".stage canvas[data-drawn]", { timeout: 20000 });
for (let i = 0; i < 8; i++) {
  await page.keyboard.press("n");
  await page.waitForTimeout(150);
}
console.log(
  JSON.stringify(
    await page.evaluate(() =>
      performance.getEntriesByName("tachie-draw").map((e) => [e.detail, Math.round(e.duration)]),
    ),
  ),
);
await page.screenshot({ path: "/tmp/shots/t64.png" });
await ctx.close();
