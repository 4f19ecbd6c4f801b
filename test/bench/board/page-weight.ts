import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { builtBoard, openPage } from "../../support/board-browser.ts";
import { largeState } from "./large-state.ts";

/** What a browser loads for the page of 200 tiles, in bytes, and what it does with it. */
export interface PageFigures {
  /** The HTML file as it is, and gzipped. */
  readonly html: number;
  readonly gzipped: number;
  /** All scripts that the page loads. */
  readonly script: number;
  readonly requests: number;
  /** First contentful paint after navigation began, in ms, in each round, loaded from loopback. */
  readonly firstPaintMs: readonly number[];
  /** Cumulative layout shift, the worst of the rounds: https://web.dev/articles/cls */
  readonly layoutShift: number;
}

const SETTLED_MS = 500;

/** Loads the page anew in each round, in a browser that is warm, at 1440 by 900 pixels. */
export async function measurePage(browser: Browser, rounds: number): Promise<PageFigures> {
  await using board = await builtBoard(largeState(200), [], Date.parse("2026-11-23T08:05:00Z"));
  const html = Buffer.from(await (await fetch(board.url)).arrayBuffer());
  const firstPaintMs: number[] = [];
  let layoutShift = 0;
  let asked: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const viewport = { width: 1440, height: 900 };
    await using opened = await openPage(browser, board.url, { viewport });
    const figures = await opened.page.evaluate<{ paint: number; shift: number }>(`
      new Promise((resolve) => setTimeout(() => {
        const [paint] = performance.getEntriesByName("first-contentful-paint");
        let shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) shift += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve({ paint: paint.startTime, shift }), 50);
      }, ${SETTLED_MS}))`);
    firstPaintMs.push(figures.paint);
    layoutShift = Math.max(layoutShift, figures.shift);
    asked = opened.requests.filter((url) => !url.startsWith("data:"));
  }
  const scripts = await Promise.all(
    asked.filter((url) => new URL(url).pathname.endsWith(".js")).map(bytesOf),
  );
  const script = scripts.reduce((sum, bytes) => sum + bytes, 0);
  const gzipped = gzipSync(html, { level: 9 }).length;
  return {
    ...{ html: html.length, gzipped, script, requests: asked.length },
    ...{ firstPaintMs, layoutShift },
  };
}

async function bytesOf(url: string): Promise<number> {
  return (await (await fetch(url)).arrayBuffer()).byteLength;
}
