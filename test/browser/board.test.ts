import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STATES } from "../../board/reading/state.ts";
import type { BoardState } from "../../board/state/board-state.ts";
import { builtBoard, launchChromium, NO_CHROMIUM, openPage } from "../support/board-browser.ts";
import { actionOf, COLLECTED_AT, recordOf, reportOf, stateOf } from "../support/board-state.ts";
import { EVERY_RESULT, everyLook } from "../support/every-look.ts";

const NOW = Date.parse(COLLECTED_AT);
const HOUR = 3_600_000;

describe.skipIf(NO_CHROMIUM)(
  `the board in Chromium${NO_CHROMIUM ? ` (skipped: ${NO_CHROMIUM})` : ""}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    test.each(["url", "fileUrl"] as const)(
      "loads without a complaint and asks for nothing elsewhere (%s)",
      async (kind) => {
        await using board = await builtBoard(everyLook(), EVERY_RESULT);
        await using opened = await openPage(browser, board[kind]);
        await opened.page.waitForLoadState("networkidle");
        expect(opened.complaints).toEqual([]);
        const base = board[kind].replace(/[^/]*$/u, "");
        expect(opened.requests.filter((url) => !url.startsWith(base))).toEqual([]);
        expect(opened.requests).toContain(`${base}board.js`);
      },
    );

    test.each([320, 375, 768, 1440, 3840])(
      "fits a screen of %i pixels without scrolling sideways",
      async (width) => {
        const long = { ...everyLook(), title: "x".repeat(200) };
        const results = [
          reportOf([actionOf({ message: "y".repeat(3000), name: "z".repeat(253) })]),
        ];
        await using board = await builtBoard(long, results);
        await using opened = await openPage(browser, board.url, {
          viewport: { width, height: 700 },
        });
        await setDetails(opened.page, true);
        expect(
          await opened.page.evaluate("document.documentElement.scrollWidth"),
        ).toBeLessThanOrEqual(width);
      },
    );

    test("tells each look by its own shape and word, not by colour alone", async () => {
      await using board = await builtBoard(everyLook(), EVERY_RESULT);
      await using opened = await openPage(browser, board.url);
      const tiles = await opened.page.evaluate<ShownTile[]>(`
        [...document.querySelectorAll(".tile")].map((tile) => ({
          look: tile.dataset.look,
          shape: document.querySelector(tile.querySelector("use").getAttribute("href")).innerHTML,
          word: tile.querySelector(".word").textContent,
        }))`);
      const looks = Map.groupBy(tiles, ({ look }) => look);
      expect(looks.size).toBe(11);
      const shapes = [...looks.values()].map((same) => new Set(same.map(({ shape }) => shape)));
      expect(shapes.every((same) => same.size === 1 && !same.has(""))).toBe(true);
      expect(new Set(shapes.flatMap((same) => [...same])).size).toBe(11);
      expect(tiles.every(({ word }) => word !== "")).toBe(true);
    });

    test("is complete without JavaScript: every word, every reason, times in UTC", async () => {
      await using board = await builtBoard(everyLook(), EVERY_RESULT, NOW);
      await using opened = await openPage(browser, board.url, { javaScriptEnabled: false });
      const text = await opened.page.evaluate<string>("document.body.innerText");
      expect(text).toMatch(/Collected\s+23 Nov 2026, 08:00 UTC/u);
      expect(await opened.page.locator("#filter").isVisible()).toBe(false);
      for (const state of STATES)
        expect(text).toMatch(new RegExp(`a ${state} badge\\n+${state}\\n`, "u"));
      expect(text).toContain("no answer from ci.example: it refused the connection");
      expect(text).toContain("NoTargets, as expected");
      const tile = opened.page.locator('.tile[data-look="failing"]', {
        hasText: "a failing badge",
      });
      await tile.locator("summary").click();
      expect(await tile.textContent()).toContain('text: the word "says failing"');
    });

    test("counts the ages up, and says by itself when the data has become stale", async () => {
      await using board = await builtBoard(everyLook(), [], NOW);
      await using opened = await openPage(browser, "about:blank");
      const { page } = opened;
      await page.clock.install({ time: NOW + 3 * 60_000 });
      await page.goto(board.url);
      const age = page.locator("#head .age");
      const staleness = page.locator("#staleness");
      expect(await age.textContent()).toMatch(/Collected\s*3 minutes ago\s*Built\s*3 minutes ago/u);
      expect(await staleness.isVisible()).toBe(false);
      await page.clock.runFor(2 * HOUR);
      expect(await age.textContent()).toContain("Collected2 hours ago");
      await page.clock.runFor(22 * HOUR);
      expect(await age.textContent()).toContain("Collectedyesterday");
      expect(await staleness.textContent()).toMatch(
        /^\s*Stale: nothing was collected for more than 24 hours/u,
      );
      expect(await page.evaluate("document.documentElement.className")).toBe("stale");
      expect(await page.title()).toMatch(/^stale · /u);
    });

    test("says stale without a script too, if it was so when it was built", async () => {
      await using board = await builtBoard(everyLook(), [], NOW + 48 * HOUR);
      await using opened = await openPage(browser, board.url, { javaScriptEnabled: false });
      expect(await opened.page.locator("#staleness").isVisible()).toBe(true);
    });

    test("shows strangers' text as text", async () => {
      const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script>\u202e<b data-hurt>{{ 7*7 }}{% raw %}</style></title>&amp;`;
      const record = recordOf("failing", evil);
      const state: BoardState = { ...stateOf({ [evil]: record }), title: evil };
      const link = "https://ci.example/?a=%22%3E%3Cscript%3Ealert(3)%3C/script%3E\"'><b>";
      const groups = state.groups.map(({ badges }) => ({
        name: evil,
        badges: badges.map((badge) => ({ ...badge, link })),
      }));
      const action = actionOf({
        name: evil,
        role: evil,
        message: evil,
        targets: [{ name: evil, outcome: evil, evidence: { [evil]: evil } }],
      });
      await using board = await builtBoard({ ...state, groups }, [reportOf([action])]);
      await using opened = await openPage(browser, board.url);
      await opened.page.waitForLoadState("networkidle");
      expect(opened.complaints).toEqual([]);
      expect(await opened.page.title()).toBe(`1 failing · ${evil}`);
      expect(await opened.page.locator("h1").textContent()).toBe(evil);
      expect(await opened.page.locator(".tile:not(.fault) h3").textContent()).toBe(evil);
      expect(await opened.page.locator(".fault .message").textContent()).toBe(evil);
      expect(
        await opened.page.locator("img, b:not(.counts b), main script, [data-hurt]").count(),
      ).toBe(0);
    });

    test("forbids scripts and styles that are not its own", async () => {
      await using board = await builtBoard(everyLook());
      await using opened = await openPage(browser, board.url);
      const ran = await opened.page.evaluate(`
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        "ran" in window;`);
      expect(ran).toBe(false);
      expect(opened.complaints.join()).toContain("Content Security Policy");
    });

    test("can be walked with the keyboard, beginning with a link past the head", async () => {
      await using board = await builtBoard(everyLook(), EVERY_RESULT);
      await using opened = await openPage(browser, board.url);
      const { page } = opened;
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the board");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.tagName")).toBe("SUMMARY");
      await page.keyboard.press("Enter");
      expect(await page.locator(".tile details[open]").count()).toBe(1);
    });
  },
);

interface ShownTile {
  readonly look: string;
  readonly shape: string;
  readonly word: string;
}

/** Opens or closes every "why" of the page. */
async function setDetails(page: Page, open: boolean): Promise<void> {
  await page.evaluate(
    `for (const each of document.querySelectorAll("details")) each.open = ${open}`,
  );
}
