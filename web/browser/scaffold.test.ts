import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { complaints, openBrowser, type Server, startTachie, withoutChrome } from "./setting";

describe.skipIf(withoutChrome())("the built page, served by tachie studio", () => {
  let server: Server;
  let browser: Awaited<ReturnType<typeof openBrowser>>;

  beforeAll(async () => {
    server = await startTachie("studio", "--port", "0", "--no-open");
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("opens without a complaint under its policy", async () => {
    const page = await browser.context.newPage();
    const wrong = complaints(page);
    await page.goto(server.address);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(wrong).toEqual([]);
  });
});
