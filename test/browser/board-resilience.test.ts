import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Trial } from "../../board/resilience/trial.ts";
import type { BoardState } from "../../board/state/board-state.ts";
import { builtBoard, launchChromium, NO_CHROMIUM, openPage } from "../support/board-browser.ts";
import { actionOf, COLLECTED_AT, recordOf, reportOf, stateOf } from "../support/board-state.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NOW = Date.parse(COLLECTED_AT);

const trialOf = (parts: Partial<Trial>): Trial => ({
  ...{ target: "shop/Pod web-*", fault: "killpods", verdict: "Passed", verified: true },
  ...{ expected: true, at: "2026-11-23T08:00:00.000Z" },
  ...parts,
});

/** Every look, gaps, a trend, and a link. */
const TRIALS: readonly Trial[] = [
  trialOf({ at: "2026-11-20T08:00:00.000Z", recoverySeconds: 2 }),
  trialOf({ at: "2026-11-21T08:00:00.000Z", recoverySeconds: 1.5 }),
  trialOf({ recoverySeconds: 4.25, run: "https://ci.example/run/7" }),
  trialOf({ fault: "networkpartition", verdict: "TimedOut", expected: false }),
  trialOf({ target: "Node worker", fault: "drainnodes", verified: false }),
  trialOf({ target: "shop/Pod db-0", fault: "networkpartition", verdict: "Failed" }),
];

const board = (parts: Partial<BoardState> = {}): BoardState => ({
  ...stateOf({ job: recordOf("passing") }),
  trials: TRIALS,
  ...parts,
});

describe.skipIf(NO_CHROMIUM)(
  `the resilience map in Chromium${NO_CHROMIUM ? ` (skipped: ${NO_CHROMIUM})` : ""}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    /** Builds a board, and opens its map. */
    async function openMap(
      state: BoardState,
      options: BrowserContextOptions = {},
      results: readonly unknown[] = [],
    ) {
      const built = await builtBoard(state, results, NOW);
      const opened = await openPage(browser, new URL("resilience.html", built.url).href, options);
      return {
        ...opened,
        async [Symbol.asyncDispose]() {
          await opened[Symbol.asyncDispose]();
          await built[Symbol.asyncDispose]();
        },
      };
    }

    test("is a table of targets by faults, complete without a script, with gaps in sight", async () => {
      await using map = await openMap(board(), { javaScriptEnabled: false });
      const rows = await map.page.evaluate<string[][]>(
        "[...document.querySelectorAll('tr')].map((row) => [...row.children].map((cell) => cell.innerText.trim()))",
      );
      expect(rows[0]).toEqual(["Target", "drainnodes", "killpods", "networkpartition"]);
      expect(rows.map(([target]) => target)).toEqual([
        "Target",
        "shop/Pod web-*",
        "Node worker",
        "shop/Pod db-0",
      ]);
      const [, web = [], node = [], db = []] = rows;
      expect(web[1]).toBe("never tried");
      expect(web[2]).toMatch(
        /^passing\s+back after 4\.3 sec, slower\s+23 Nov 2026, 08:00 UTC · tried 3 times · Run$/u,
      );
      expect(web[3]).toMatch(/^failing\s+TimedOut\s+23 Nov 2026, 08:00 UTC · tried 1 time$/u);
      expect(node[1]).toMatch(/^unverified/u);
      expect(db[3]).toMatch(/^as expected\s+Failed/u);
      expect(await map.page.locator("td.gap").count()).toBe(5);
      expect(await map.page.locator(".explained").textContent()).toContain("4 of 9 pairs tried");
    });

    test("leads from a pair to its run: elsewhere, or to the board's own section of it", async () => {
      const here = reportOf([actionOf({ role: "here", completionTime: "2026-11-23T08:00:00Z" })]);
      await using map = await openMap(board(), {}, [here]);
      const links = map.page.locator("td a");
      expect(await links.evaluateAll((all) => all.map((a) => a.getAttribute("href")))).toEqual([
        "https://ci.example/run/7",
        "index.html#run-1",
      ]);
      expect(await links.first().getAttribute("aria-label")).toBe(
        "Run: killpods on shop/Pod web-*",
      );
      await links.last().click();
      expect(await map.page.locator("#run-1").count()).toBe(1);
      expect(map.complaints).toEqual([]);
    });

    test.each(["light", "dark"] as const)("has no finding of axe in %s", async (colorScheme) => {
      await using map = await openMap(board(), { colorScheme, bypassCSP: true });
      await map.page.addScriptTag({ content: AXE });
      const findings = await map.page.evaluate<string[]>(
        "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))",
      );
      expect(findings).toEqual([]);
    });

    test.each([320, 768, 3840])(
      "keeps to a screen of %i pixels, and its heads in sight",
      async (width) => {
        const many = Array.from({ length: 40 }, (_, n) =>
          trialOf({ target: `${"very-long-name-".repeat(8)}${n}`, fault: `fault-${n % 12}` }),
        );
        const viewport = { width, height: 700 };
        await using map = await openMap(board({ trials: many }), { viewport });
        expect(await map.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
          width,
        );
        await map.page.locator(".scroll").focus();
        await map.page.evaluate("document.querySelector('.scroll').scrollTo(1e6, 1e6)");
        const place = async (selector: string) => {
          const box = await map.page.locator(selector).boundingBox();
          const outer = await map.page.locator(".scroll").boundingBox();
          return [(box?.x ?? 0) - (outer?.x ?? 0), (box?.y ?? 0) - (outer?.y ?? 0)].map(Math.round);
        };
        expect(await place("thead th:first-child")).toEqual([1, 1]);
        const [x = 0] = await place("tbody tr:last-child th");
        expect(x).toBe(1);
      },
    );

    test("reads from right to left in Hebrew", async () => {
      await using map = await openMap(board({ language: "he" }));
      expect(await map.page.evaluate("document.dir")).toBe("rtl");
      expect(await map.page.locator("thead th").first().textContent()).toBe("יעד");
      expect(map.complaints).toEqual([]);
    });

    test("runs nothing of strangers, and asks for nothing elsewhere", async () => {
      const text = `"><img src=https://evil.example/x onerror=alert(1)><script>alert(1)</script>\u202E`;
      const hostile = [trialOf({ target: text, fault: text })];
      await using map = await openMap(board({ title: text, trials: hostile }));
      expect(await map.page.locator("tbody th").textContent()).toContain(
        "<script>alert(1)</script>",
      );
      expect(await map.page.locator("td a").count()).toBe(0);
      expect(map.complaints).toEqual([]);
      const { origin } = new URL(map.page.url());
      expect(map.requests.filter((url) => !url.startsWith(origin))).toEqual([]);
    });

    test("says so where nothing was tried yet", async () => {
      await using map = await openMap(board({ trials: [] }));
      expect((await map.page.locator("main").textContent())?.trim()).toBe(
        "There are no results of Pystol runs yet.",
      );
    });
  },
);
