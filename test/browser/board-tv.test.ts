import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Size } from "../../board/config/config.ts";
import { pageFiles } from "../../board/site/page-files.ts";
import type { BoardState } from "../../board/state/board-state.ts";
import { builtBoard, launchChromium, NO_CHROMIUM, openPage } from "../support/board-browser.ts";
import { COLLECTED_AT, recordOf, stateOf } from "../support/board-state.ts";
import { differenceFrom } from "./screenshots/compare.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NOW = Date.parse(COLLECTED_AT);
const MINUTE = 60_000;
const LABELS = ["build", "unit tests", "end-to-end tests on arm64", "image of the operator"];
const LOOKS = ["passing", "failing", "passing", "warning", "running", "unknown", "info"] as const;

/** A board of so many tiles, two of which fail where there are enough, in several sizes, with each kind of widget. */
function wall(count: number): BoardState {
  const badges = Array.from({ length: count }, (_, at) => {
    const look = at < 14 ? (LOOKS[at % 7] ?? "passing") : "passing";
    return [`${LABELS[at % 4]} ${at}`, recordOf(look, look === "info" ? "87 %" : look)] as const;
  });
  const state = stateOf(Object.fromEntries(badges));
  const sizes: readonly Size[] = ["wide", "tall", "large"];
  const groups = state.groups.map((group) => {
    const sized = group.badges.map((badge, at) => {
      const size: Size = sizes[at - 4] ?? "normal";
      return { ...badge, size };
    });
    return { ...group, badges: sized };
  });
  return {
    ...state,
    title: "The shop",
    groups,
    widgets: [
      { kind: "clock", label: "Berlin", timeZone: "Europe/Berlin" },
      { kind: "counter", label: "jobs that fail", state: "failing" },
    ],
  };
}

const SHOWN = `[...document.querySelectorAll("main li:not([hidden]) h2")].map((label) => label.textContent)`;

async function shownOn(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(SHOWN);
}

describe.skipIf(NO_CHROMIUM)(
  `TV mode in Chromium${NO_CHROMIUM ? ` (skipped: ${NO_CHROMIUM})` : ""}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    /** Opens TV mode with the clock at the board's time. */
    async function openWall(url: string, options = {}, query = "") {
      const opened = await openPage(browser, "about:blank", options);
      await opened.page.clock.install({ time: NOW + 10 * MINUTE });
      await opened.page.goto(`${url.replace(/[^/]*$/u, "")}tv.html${query}`);
      return opened;
    }

    test.each([
      [1280, 720],
      [1920, 1080],
      [3840, 2160],
    ])("looks as it did at %i x %i", async (width, height) => {
      await using board = await builtBoard(wall(60), [], NOW);
      await using opened = await openWall(board.url, {
        viewport: { width, height },
        bypassCSP: true,
      });
      await opened.page.addStyleTag({ content: `* { font-family: "DejaVu Sans" !important }` });
      await opened.page.clock.runFor(5000);
      const taken = await opened.page.screenshot();
      expect(await differenceFrom(`tv-${width}x${height}`, taken)).toBe(0);
    });

    test.each([
      [1280, 720],
      [1920, 1080],
      [3840, 2160],
      [1080, 1920],
      [375, 812],
    ])("fits %i x %i without scrolling, in letters for five metres", async (width, height) => {
      for (const count of [1, 5, 60, 400]) {
        await using board = await builtBoard(wall(count), [], NOW);
        await using opened = await openWall(board.url, { viewport: { width, height } });
        const measured = await opened.page.evaluate<Measured>(MEASURE);
        expect(measured.scroll, `${count} tiles`).toEqual([width, height]);
        expect(measured.outside, `${count} tiles`).toEqual([]);
        expect(measured.least, `${count} tiles`).toBeGreaterThanOrEqual(0.033);
        expect(opened.complaints).toEqual([]);
      }
    });

    test.each([5, 60, 400])("fits %i tiles on one screen without a script", async (count) => {
      await using board = await builtBoard(wall(count), [], NOW);
      for (const viewport of [
        { width: 1280, height: 720 },
        { width: 1080, height: 1920 },
      ]) {
        await using opened = await openPage(browser, board.url.replace(/[^/]*$/u, "tv.html"), {
          viewport,
          javaScriptEnabled: false,
        });
        const measured = await opened.page.evaluate<Measured>(MEASURE);
        expect(measured.scroll).toEqual([viewport.width, viewport.height]);
        expect(measured.outside).toEqual([]);
        expect(await shownOn(opened.page)).toHaveLength(count);
      }
    });

    test("shows every tile once a cycle, and what fails on every screen", async () => {
      await using board = await builtBoard(wall(100), [], NOW);
      await using opened = await openWall(board.url, {}, "?seconds=10");
      const { page } = opened;
      const screens = [await shownOn(page)];
      for (let first = true; first || !(await isFirst(page)); first = false) {
        await page.clock.runFor(10_000);
        screens.push(await shownOn(page));
      }
      expect(screens.pop()).toEqual(screens[0]); // the cycle begins again
      const times = Map.groupBy(screens.flat(), (label) => label);
      expect(times.size).toBe(100);
      const failing = ["unit tests 1", "build 8"];
      for (const [label, same] of times) {
        expect(same.length, label).toBe(failing.includes(label) ? screens.length : 1);
      }
      expect(screens[0]?.slice(0, 2).toSorted()).toEqual(failing.toSorted());
    });

    test.each([
      [1280, 720],
      [640, 200],
      [300, 300],
    ])(
      "finds a place for every size of tile on %i x %i, however many fail",
      async (width, height) => {
        const jobs = Array.from({ length: 60 }, (_, at) => {
          return [`job ${at}`, recordOf(at < 40 ? "failing" : "passing")] as const;
        });
        const state = stateOf(Object.fromEntries(jobs));
        const sizes: readonly Size[] = ["large", "wide", "tall", "normal"];
        const groups = state.groups.map(({ name, badges }) => ({
          name,
          badges: badges.map((badge, at) => ({ ...badge, size: sizes[at % 4] ?? "normal" })),
        }));
        await using board = await builtBoard({ ...state, groups }, [], NOW);
        await using opened = await openWall(board.url, { viewport: { width, height } });
        const { page } = opened;
        const seen = new Set(await shownOn(page));
        for (let first = true; first || !(await isFirst(page)); first = false) {
          await page.keyboard.press("ArrowRight");
          for (const label of await shownOn(page)) seen.add(label);
        }
        expect(seen.size).toBe(60);
      },
    );

    test("is steered by keys: next, back, pause, and to the board", async () => {
      await using board = await builtBoard(wall(60), [], NOW);
      await using opened = await openWall(board.url);
      const { page } = opened;
      const screen = page.locator("#screen");
      await page.keyboard.press("ArrowRight");
      expect(await screen.textContent()).toMatch(/^2 \//u);
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press(" ");
      await page.clock.runFor(5 * MINUTE);
      expect(await screen.textContent()).toMatch(/^1 \//u);
      await page.keyboard.press(" ");
      await page.clock.runFor(16_000);
      expect(await screen.textContent()).toMatch(/^2 \//u);
      await page.keyboard.press("Escape");
      await page.waitForURL(/index\.html$/u);
    });

    test("hides the pointer when nobody moves it, and shifts against burn-in unless motion is unwanted", async () => {
      await using board = await builtBoard(wall(5), [], NOW);
      for (const reducedMotion of ["reduce", "no-preference"] as const) {
        await using opened = await openWall(board.url, { reducedMotion });
        const { page } = opened;
        const cursor = "getComputedStyle(document.documentElement).cursor";
        await page.clock.runFor(5000);
        expect(await page.evaluate(cursor)).toBe("none");
        await page.mouse.move(50, 50);
        expect(await page.evaluate(cursor)).toBe("auto");
        await page.clock.runFor(4 * MINUTE);
        const shift = await page.evaluate("getComputedStyle(document.documentElement).translate");
        expect(shift === "none").toBe(reducedMotion === "reduce");
      }
    });

    test("fetches itself anew, and says since when it could not", async () => {
      await using before = await builtBoard(wall(5), [], NOW);
      await using after = await builtBoard({ ...wall(9), title: "Another" }, [], NOW);
      await using opened = await openWall(before.url);
      const { page } = opened;
      const html = await (await fetch(after.url.replace(/[^/]*$/u, "tv.html"))).text();
      let answer = { status: 200, body: html };
      await page.route("**/tv.html", (route) =>
        route.fulfill({ ...answer, contentType: "text/html" }),
      );
      await page.clock.runFor(MINUTE);
      await page.getByText("Another").waitFor();
      expect(await shownOn(page)).toHaveLength(9);
      const lost = page.locator("#lost");
      expect(await lost.isVisible()).toBe(false);
      for (const bad of [
        { status: 500, body: html },
        { status: 200, body: "<h1>Log in</h1>" },
      ]) {
        answer = bad;
        await page.clock.runFor(MINUTE);
        await lost.waitFor({ state: "visible" });
        expect(await lost.textContent()).toMatch(/Not refreshed since 08:\d\d$/u);
        expect(await shownOn(page)).toHaveLength(9);
        answer = { status: 200, body: html };
        await page.clock.runFor(MINUTE);
        await lost.waitFor({ state: "hidden" });
      }
    });

    test("looks stale by itself, and then shows no green", async () => {
      await using board = await builtBoard(stateOf({ build: recordOf("passing") }), [], NOW);
      await using opened = await openWall(board.url);
      const { page } = opened;
      const color = `getComputedStyle(document.querySelector(".tile .word")).color`;
      const fresh = await page.evaluate(color);
      await page.clock.fastForward(25 * 60 * MINUTE);
      await page.locator(".old").waitFor({ state: "visible" });
      expect(await page.evaluate(color)).not.toBe(fresh);
    });

    test.each(["light", "dark"])("has no finding of axe in %s", async (theme) => {
      await using board = await builtBoard(wall(30), [], NOW);
      await using opened = await openWall(board.url, { bypassCSP: true }, `?theme=${theme}`);
      await opened.page.addScriptTag({ content: AXE });
      const { violations } = await opened.page.evaluate<AxeResults>("axe.run()");
      const findings = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html }) => `${id}: ${html}`),
      );
      expect(findings).toEqual([]);
    });

    test.each(["url", "fileUrl"] as const)("asks for nothing elsewhere (%s)", async (kind) => {
      await using board = await builtBoard(wall(5), [], NOW);
      await using opened = await openWall(board[kind]);
      const refreshed = kind === "url" && opened.page.waitForResponse(/tv\.html$/u);
      await opened.page.clock.runFor(MINUTE);
      await refreshed;
      expect(opened.complaints).toEqual([]);
      const base = board[kind].replace(/[^/]*$/u, "");
      expect(
        opened.requests.filter((url) => !url.startsWith(base) && url !== "about:blank"),
      ).toEqual([]);
    });
  },
);

test("TV mode's script has at most 5 KB", async () => {
  expect((await pageFiles()).get("tv.js")?.length).toBeLessThanOrEqual(5000);
});

async function isFirst(page: Page): Promise<boolean> {
  return ((await page.locator("#screen").textContent()) ?? "").startsWith("1 /");
}

interface AxeResults {
  readonly violations: ReadonlyArray<{ id: string; nodes: ReadonlyArray<{ html: string }> }>;
}

interface Measured {
  readonly scroll: readonly number[];
  readonly outside: readonly string[];
  readonly least: number;
}

/** How far the page could be scrolled, which tiles are not wholly on it, and the smallest label by the screen's shorter side. */
const MEASURE = `(() => {
  const side = Math.min(innerWidth, innerHeight);
  const tiles = [...document.querySelectorAll("main li:not([hidden])")];
  const isOutside = (tile) => {
    const { left, top, right, bottom, width, height } = tile.getBoundingClientRect();
    return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight || width * height === 0;
  };
  const visible = tiles.filter((tile) => getComputedStyle(tile).display !== "none");
  const labels = [...document.querySelectorAll("main li:not([hidden]) h2")];
  return {
    scroll: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
    outside: visible.filter(isOutside).map((tile) => tile.textContent),
    least: Math.min(...labels.map((label) => parseFloat(getComputedStyle(label).fontSize))) / side,
  };
})()`;
