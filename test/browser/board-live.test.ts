import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type BuiltBoard,
  builtBoard,
  launchChromium,
  NO_CHROMIUM,
  openPage,
} from "../support/board-browser.ts";
import { COLLECTED_AT, recordOf, stateOf } from "../support/board-state.ts";
import { everyLook } from "../support/every-look.ts";

const NOW = Date.parse(COLLECTED_AT);
const MINUTE = 60_000;

describe.skipIf(NO_CHROMIUM)(
  `the board's script in Chromium${NO_CHROMIUM ? ` (skipped: ${NO_CHROMIUM})` : ""}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    /** A page whose clock stands at the board's build, and goes on only when it is told to. */
    async function openAt(board: BuiltBoard, now = NOW) {
      const opened = await openPage(browser, "about:blank");
      await opened.page.clock.install({ time: now });
      await opened.page.goto(board.url);
      return opened;
    }

    test("swaps only what changed, and keeps what is open and where the focus is", async () => {
      await using board = await builtBoard(
        stateOf({ a: recordOf("passing"), b: recordOf("passing"), c: recordOf("running") }),
        [],
        NOW,
      );
      await using opened = await openAt(board);
      const { page } = opened;
      await page.evaluate(
        `for (const tile of document.querySelectorAll(".tile")) tile.kept = true`,
      );
      await tile(page, "b").locator("summary").click();
      await tile(page, "b").locator("summary").focus();
      await board.rebuild(
        stateOf({ a: recordOf("passing"), b: recordOf("failing"), c: recordOf("running") }),
        NOW,
      );
      await page.clock.runFor(2 * MINUTE);
      await expect.poll(() => labels(page)).toEqual(["b", "c", "a"]);
      const kept = await page.evaluate(
        `[...document.querySelectorAll(".tile")].map((tile) => tile.kept === true)`,
      );
      expect(kept).toEqual([false, true, true]);
      expect(await tile(page, "b").locator("details[open]").count()).toBe(1);
      const focused = await page.evaluate("document.activeElement.closest('.tile')?.id");
      expect(focused).toBe("shop/b");
      expect(await page.locator("#live").textContent()).toBe("b: failing");
      expect(await page.locator("#headline").textContent()).toBe("1 failing");
      expect(await page.title()).toBe("1 failing · Board");
      expect(opened.complaints).toEqual([]);
    });

    test("shows groups and tiles that came and went", async () => {
      const state = stateOf({ a: recordOf("passing"), b: recordOf("passing") });
      await using board = await builtBoard(state, [], NOW);
      await using opened = await openAt(board);
      const { page } = opened;
      const other = stateOf({ c: recordOf("warning") });
      const groups = [
        ...other.groups.map((group) => ({ ...group, name: "Other" })),
        ...state.groups.map(({ name, badges }) => ({ name, badges: badges.slice(1) })),
      ];
      const badges = { ...state.badges, ...other.badges };
      await board.rebuild({ ...state, groups, badges }, NOW);
      await page.clock.runFor(2 * MINUTE);
      await expect.poll(() => labels(page)).toEqual(["c", "b"]);
      expect(await page.locator("main h2 a").allTextContents()).toEqual(["Other", "Shop"]);
    });

    test("asks less often while it gets no answer, and not at all from a file", async () => {
      await using board = await builtBoard(everyLook(), [], NOW);
      await using opened = await openAt(board);
      const { page } = opened;
      let asked = 0;
      await page.route("**/", (route) => {
        asked += 1;
        return route.fulfill({ status: 503, body: "" });
      });
      await page.clock.runFor(MINUTE + 15_000);
      await expect.poll(() => asked).toBe(1);
      await page.clock.runFor(MINUTE);
      expect(asked).toBe(1);
      await page.clock.runFor(MINUTE + 15_000);
      await expect.poll(() => asked).toBe(2);
      await page.clock.runFor(3 * MINUTE);
      expect(asked).toBe(2);
      await using file = await openPage(browser, "about:blank");
      await file.page.clock.install({ time: NOW });
      await file.page.goto(board.fileUrl);
      await file.page.waitForLoadState("networkidle");
      const before = file.requests.length;
      await file.page.clock.runFor(5 * MINUTE);
      expect(file.requests.length).toBe(before);
      expect(file.complaints).toEqual([]);
    });

    test("finds tiles by words, state, group and host, and keeps the question in the address", async () => {
      await using board = await builtBoard(everyLook(), [], NOW);
      await using opened = await openPage(browser, board.url);
      const { page } = opened;
      await page.fill("[name=q]", "REFUSED unread");
      expect(await shown(page)).toEqual([
        "a second unread badge",
        "a third unread badge",
        "an unread badge",
      ]);
      expect(await page.locator("#shown").textContent()).toBe("3 of 13 shown");
      await page.fill("[name=q]", "");
      await page.selectOption("[name=state]", "warning");
      expect(await shown(page)).toEqual(["a warning badge"]);
      expect(new URL(page.url()).search).toBe("?state=warning");
      await page.reload();
      expect(await shown(page)).toEqual(["a warning badge"]);
      await page.selectOption("[name=host]", "ci.example");
      await page.selectOption("[name=group]", "shop");
      expect(new URL(page.url()).search).toBe("?state=warning&group=shop&host=ci.example");
      expect(await shown(page)).toEqual(["a warning badge"]);
      for (const name of ["state", "host", "group"]) await page.selectOption(`[name=${name}]`, "");
      expect(await shown(page)).toHaveLength(13);
      expect(new URL(page.url()).search).toBe("");
      expect(opened.complaints).toEqual([]);
    });

    test("leads to pages that are there, and these back", async () => {
      await using board = await builtBoard(everyLook(), [], NOW);
      await using opened = await openPage(browser, board.url);
      const { page } = opened;
      const links = await page.evaluate<string[]>(`
        [...document.querySelectorAll("nav a, main h2 a, link[href]")].map(({ href }) => href)`);
      for (const link of links) {
        expect([link, (await page.request.get(link)).status()]).toEqual([link, 200]);
      }
      await page.locator("main h2 a").click();
      expect(await page.locator("h1").textContent()).toBe("Shop");
      expect(await page.locator(".badge").first().getAttribute("aria-label")).toBe(
        "build: says failing",
      );
      await page.locator("nav a").first().click();
      expect(await page.locator("h1").textContent()).toBe("Board");
      expect(opened.complaints).toEqual([]);
    });

    test("removes the page of a group that is gone, and nothing that it did not write", async () => {
      const state = stateOf({ a: recordOf("passing") });
      await using board = await builtBoard(state, [], NOW);
      const page = `${board.folder}/groups/shop.html`;
      expect(readFileSync(page, "utf8")).toContain("Shop");
      await board.rebuild({ ...state, groups: [] }, NOW);
      expect(() => readFileSync(page, "utf8")).toThrow("ENOENT");
      expect(readFileSync(`${board.folder}/index.html`, "utf8")).toContain("nothing to show");
    });
  },
);

function tile(page: Page, label: string) {
  return page.locator(`[id="shop/${label}"]`);
}

function labels(page: Page): Promise<string[]> {
  return page.locator(".tile h3").allTextContents();
}

/** Labels of the tiles in sight, by their letters. */
async function shown(page: Page): Promise<string[]> {
  return (await page.locator(".tile:visible h3").allTextContents()).toSorted();
}
