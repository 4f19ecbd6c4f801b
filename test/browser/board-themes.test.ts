import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtBoard, launchChromium, NO_CHROMIUM, openPage } from "../support/board-browser.ts";
import { COLLECTED_AT } from "../support/board-state.ts";
import { EVERY_RESULT, everyLook } from "../support/every-look.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NOW = Date.parse(COLLECTED_AT);
const HOUR = 3_600_000;

const THEMES: ReadonlyArray<readonly [string, BrowserContextOptions]> = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["light with more contrast", { colorScheme: "light", contrast: "more" }],
  ["dark with more contrast", { colorScheme: "dark", contrast: "more" }],
  ["forced colours", { colorScheme: "dark", forcedColors: "active" }],
];

describe.skipIf(NO_CHROMIUM)(
  `the board's themes in Chromium${NO_CHROMIUM ? ` (skipped: ${NO_CHROMIUM})` : ""}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    test.each(THEMES)("axe finds nothing in %s, fresh or stale", async (_name, options) => {
      for (const age of [0, 48 * HOUR]) {
        await using board = await builtBoard(everyLook(), EVERY_RESULT, NOW + age);
        for (const path of ["", "groups/shop.html"]) {
          await using opened = await openPage(browser, board.url + path, {
            ...options,
            bypassCSP: true,
          });
          expect(await findingsOf(opened.page)).toEqual([]);
        }
      }
    });

    test.each(["ar", "de", "es", "fr", "he", "ja"])("axe finds nothing in %s", async (language) => {
      await using board = await builtBoard({ ...everyLook(), language }, EVERY_RESULT, NOW);
      await using opened = await openPage(browser, board.url, { bypassCSP: true });
      expect(await opened.page.evaluate("document.documentElement.lang")).toBe(language);
      expect(await findingsOf(opened.page)).toEqual([]);
      const width = opened.page.viewportSize()?.width;
      expect(await opened.page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    });

    test("is laid out from right to left where the language is written so", async () => {
      await using board = await builtBoard({ ...everyLook(), language: "ar" }, [], NOW);
      await using opened = await openPage(browser, board.url);
      const [mark, body] = await opened.page.evaluate<[number, number]>(`
        [".tile > .mark", ".tile > .body"].map((selector) =>
          document.querySelector(selector).getBoundingClientRect().left)`);
      expect(mark).toBeGreaterThan(body);
    });

    test("keeps the colours that a person chose, whatever the system's are", async () => {
      await using board = await builtBoard(everyLook(), [], NOW);
      await using opened = await openPage(browser, board.url, { colorScheme: "light" });
      const { page } = opened;
      const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      const light = await ground();
      await page.selectOption("#theme", "dark");
      const dark = await ground();
      expect(dark).not.toBe(light);
      await page.reload();
      expect(await ground()).toBe(dark);
      await page.goto(`${board.url}groups/shop.html`);
      expect(await ground()).toBe(dark);
      await page.selectOption("#theme", "auto");
      expect(await ground()).toBe(light);
      expect(opened.complaints).toEqual([]);
    });
  },
);

/** What axe has to say of the page, with every "why" closed and open. */
async function findingsOf(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: AXE });
  const found: string[] = [];
  for (const open of [false, true]) {
    await page.evaluate(
      `for (const each of document.querySelectorAll(".tile details")) each.open = ${open}`,
    );
    const { violations } = await page.evaluate<AxeResults>("axe.run()");
    found.push(
      ...violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`)),
    );
  }
  return found;
}

interface AxeResults {
  readonly violations: ReadonlyArray<{
    readonly id: string;
    readonly nodes: ReadonlyArray<{ readonly html: string }>;
  }>;
}
