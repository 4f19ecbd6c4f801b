import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WidgetConfig } from "../../board/config/config.ts";
import { builtBoard, launchChromium, NO_CHROMIUM, openPage } from "../support/board-browser.ts";
import { COLLECTED_AT, recordOf, stateOf } from "../support/board-state.ts";

const NOW = Date.parse(COLLECTED_AT);
const HOSTILE = "</p><script>document.title='ran'</script>\u202eevil";

describe.skipIf(NO_CHROMIUM)(
  `widgets in Chromium${NO_CHROMIUM ? ` (skipped: ${NO_CHROMIUM})` : ""}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser.close());

    test.each(["index.html", "tv.html"])(
      "%s shows each kind; a stranger's text stays text, and a clock needs a script",
      async (name) => {
        await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
        const file = join(folder.path, "logo.png");
        await writeFile(file, PNG.sync.write(new PNG({ width: 4, height: 2 })));
        const widgets: WidgetConfig[] = [
          { kind: "clock", timeZone: "Asia/Tokyo", size: "wide" },
          { kind: "text", title: HOSTILE, text: `first\n${HOSTILE}` },
          { kind: "picture", file, alt: HOSTILE },
          { kind: "counter", label: HOSTILE, state: "failing" },
        ];
        const state = { ...stateOf({ build: recordOf("failing") }), widgets };
        await using board = await builtBoard(state, [], NOW);
        const url = board.url.replace(/[^/]*$/u, name);
        await using opened = await openPage(browser, "about:blank");
        await opened.page.clock.install({ time: NOW });
        await opened.page.goto(url);
        const shown = opened.page.locator(".widget");
        await opened.page.clock.runFor(1000);
        expect(await shown.nth(0).textContent()).toMatch(/(?:17:00|5:00\sPM)\s*Mon.*\b23\b/u);
        expect(await shown.nth(1).textContent()).toContain(HOSTILE);
        expect(await shown.nth(2).locator("img").getAttribute("alt")).toBe(HOSTILE);
        const width = "document.querySelector('.widget img').naturalWidth";
        expect(await opened.page.evaluate(width)).toBe(4);
        expect(await shown.nth(3).locator(".count").textContent()).toBe("1");
        expect(await opened.page.title()).toContain("1 failing");
        expect(opened.complaints).toEqual([]);
        await using plain = await openPage(browser, url, { javaScriptEnabled: false });
        const visible = await Promise.all(
          [0, 1, 2, 3].map((at) => plain.page.locator(".widget").nth(at).isVisible()),
        );
        expect(visible).toEqual([false, true, true, true]);
      },
    );
  },
);
