/** What browser tests stand on: a Chrome, our own server as users start it, and a page that tells of every fault. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

export const ROOT = resolve(import.meta.dirname, "../..");
const PYTHON = process.env.TACHIE_PYTHON ?? join(ROOT, ".venv/bin/python");

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The path of a Chrome or Chromium, if there is one; $CHROME names another. */
export function findChrome(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const inPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env.CHROME ?? "", ...inPath, ...PLACES].find((path) => path !== "" && existsSync(path));
}

export const chrome = findChrome();

/** Whether to skip browser tests, saying so; in CI a missing browser is a failure. */
export function withoutChrome(): boolean {
  if (chrome) return false;
  if (process.env.CI)
    throw new Error("no Chrome or Chromium was found, and in CI the pages must be tried in one");
  console.warn("skipped: no Chrome or Chromium was found (name one with CHROME=path)");
  return true;
}

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Open a fresh browser; `close` ends it and removes its profile. */
export async function openBrowser(
  options: BrowserContextOptions = {},
  flags: string[] = [],
): Promise<{ context: BrowserContext; close: () => Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), "tachie-chrome-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chrome as string,
    headless: true,
    args: [...FLAGS, ...flags],
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Collect what a page complains of: errors, blocked contents, requests to other machines. Empty when all is well. */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("pageerror", (error) => found.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") found.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.hostname !== "127.0.0.1") found.push(`request: ${url}`);
  });
  return found;
}

export interface Server {
  address: string;
  process: ChildProcess;
  stop: () => Promise<void>;
}

/** Start a command that prints its address as the first line, such as `python -m tachie studio --port 0`. */
export function startServer(words: string[], command = PYTHON): Promise<Server> {
  const child = spawn(command, words, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PYTHONUNBUFFERED: "1", PYTHONPATH: join(ROOT, "src") },
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said += text.toString();
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => fail(new Error(`${words.join(" ")} ended with ${code}: ${said}`)));
    createInterface(child.stdout).once("line", (line) => {
      const address = /http:\/\/[^\s)]+/.exec(line)?.[0] ?? "";
      const stop = () =>
        new Promise<void>((ended) => {
          if (child.exitCode !== null) return ended();
          child.removeAllListeners("exit");
          child.once("exit", () => ended());
          child.kill("SIGTERM");
        });
      done({ address, process: child, stop });
    });
  });
}

/** Start one of our own servers on a free port. */
export function startTachie(...words: string[]): Promise<Server> {
  return startServer(["-m", "tachie", ...words]);
}

/** Run a Python file or command to its end and return what it printed. */
export function python(...words: string[]): Promise<string> {
  const child = spawn(PYTHON, words, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PYTHONPATH: join(ROOT, "src") },
  });
  let out = "";
  let said = "";
  child.stdout.on("data", (text: Buffer) => {
    out += text.toString();
  });
  child.stderr.on("data", (text: Buffer) => {
    said += text.toString();
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => (code === 0 ? done(out) : fail(new Error(`${words.join(" ")}: ${said}`))));
  });
}
