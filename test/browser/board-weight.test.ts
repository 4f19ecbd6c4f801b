import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtBoard, launchChromium, NO_CHROMIUM, openPage } from "../support/board-browser.ts";
import { largeBoard } from "../support/board-sample.ts";
import { COLLECTED_AT } from "../support/board-state.ts";

const NOW = Date.parse(COLLECTED_AT);
const KIB = 1024;

describe.skipIf(NO_CHROMIUM)(
  `a board of 200 tiles${NO_CHROMIUM ? ` (skipped: ${NO_CHROMIUM})` : ""}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    test("is one page of at most 30 KiB gzipped, with at most 5 KiB of script", async () => {
      await using board = await builtBoard(largeBoard(200), [], NOW);
      const read = (name: string) => readFileSync(`${board.folder}/${name}`);
      const html = read("index.html");
      expect(html.toString().match(/<li class="tile/gu)).toHaveLength(200);
      expect(gzipSync(html).length).toBeLessThanOrEqual(30 * KIB);
      expect(read("board.js").length + read("theme.js").length).toBeLessThanOrEqual(5 * KIB);
      expect(html.toString()).not.toMatch(/ style=|<script>|<link rel="stylesheet"/u);
    });

    test.each([320, 768, 1100, 1440, 3840])(
      "does not shift while it loads, %i pixels wide",
      async (width) => {
        await using board = await builtBoard(largeBoard(200), [], NOW);
        await using opened = await openPage(browser, "about:blank", {
          viewport: { width, height: 900 },
        });
        const { page } = opened;
        await page.addInitScript(`
        window.shifts = [];
        new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((entry) => ({
          value: entry.value,
          of: entry.sources.map(({ node }) => node?.parentElement?.outerHTML.slice(0, 120)),
        })))).observe({ type: "layout-shift", buffered: true });`);
        await page.goto(board.url);
        await page.waitForLoadState("networkidle");
        await page.waitForFunction(`document.querySelector("time").textContent.includes("ago")`);
        expect(await page.evaluate("window.shifts")).toEqual([]);
      },
    );

    test("is the same, byte for byte, when it is built again", async () => {
      await using one = await builtBoard(largeBoard(200), [], NOW);
      await using other = await builtBoard(largeBoard(200), [], NOW);
      const manifest = ".board-files.json";
      const names = JSON.parse(readFileSync(`${one.folder}/${manifest}`, "utf8")) as string[];
      expect(names.length).toBeGreaterThan(10);
      for (const name of [...names, manifest]) {
        const [first, second] = [one, other].map(({ folder }) => readFileSync(`${folder}/${name}`));
        expect([name, first?.equals(second ?? Buffer.of())]).toEqual([name, true]);
      }
    });
  },
);
