import { existsSync } from "node:fs";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { buildBoard } from "../../board/build-board.ts";
import { serveFolder } from "../../board/serve/serve-folder.ts";
import type { BoardState } from "../../board/state/board-state.ts";
import { writeState } from "../../board/state/state-file.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Why the tests in a browser are left out, or undefined where they can run. */
export const NO_CHROMIUM = existsSync(CHROMIUM)
  ? undefined
  : `there is no ${CHROMIUM}: install Debian's chromium, or name another one in CHROMIUM`;

/** Starts Chromium without anything that calls out by itself. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A built board: served on loopback, and as a file. */
export interface BuiltBoard extends AsyncDisposable {
  readonly url: string;
  readonly fileUrl: string;
  /** The folder of the site. */
  readonly folder: string;
  /** Builds it anew from another state, as after a collection. */
  rebuild(state: BoardState, now: number): Promise<void>;
}

/** Builds a board from a state and the texts of results files, as `npm start` does. */
export async function builtBoard(
  state: BoardState,
  results: readonly unknown[] = [],
  now = Date.now(),
): Promise<BuiltBoard> {
  const folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const statePath = join(folder.path, "state.json");
  const outDir = join(folder.path, "site");
  const resultsPaths = await Promise.all(
    results.map(async (content, at) => {
      const path = join(folder.path, `results-${at}.json`);
      await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
      return path;
    }),
  );
  const rebuild = async (changed: BoardState, at: number) => {
    await writeState(statePath, changed);
    await buildBoard({ statePath, resultsPaths, outDir, now: at });
  };
  await rebuild(state, now);
  const served = await serveFolder({ dir: outDir, port: 0 });
  return {
    url: served.url,
    fileUrl: pathToFileURL(join(outDir, "index.html")).href,
    folder: outDir,
    rebuild,
    async [Symbol.asyncDispose]() {
      await served.close();
      await folder.remove();
    },
  };
}

/** A page with everything that went wrong on it, and every address that it asked for. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

/** Opens an address in a fresh context. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("requestfailed", (request) => {
    const isLeft = request.failure()?.errorText === "net::ERR_ABORTED"; // the page went elsewhere
    if (!isLeft) complaints.push(`failed: ${request.url()}`);
  });
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, complaints, requests, [Symbol.asyncDispose]: () => context.close() };
}
