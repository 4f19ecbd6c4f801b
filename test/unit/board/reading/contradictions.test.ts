import { describe, expect, test } from "vitest";
import { readBadge } from "../../../../board/reading/read-badge.ts";
import { readText, svg, twoPart } from "../../../support/board-badges.ts";

const GREEN = "#44cc11"; // shields' own, which is believed where nothing is written
const RED = "#e05d44";
const box = (fill: string) => `<rect width="100" height="20" fill="${fill}"/>`;
const at = (x: number, y: number, words: string, more = "") =>
  `<text x="${x}" y="${y}" ${more}>${words}</text>`;
const stateOf = (body: string) => readText(body).state;

test("the colours of this file say passing and failing where there are no words", () => {
  expect(stateOf(svg(box(GREEN)))).toBe("passing");
  expect(stateOf(svg(box(RED)))).toBe("failing");
});

describe("one line with several results is as bad as its worst", () => {
  test.each([
    "linux: failing, windows: passing",
    "Deploy failed - rollback: success",
    "build: error (last: passing)",
    "lint: ok | build: error | docs: ok",
    "unit failing - e2e passing",
    "Error: OK",
    "not passing: ok",
  ])("%s", (line) => {
    expect(stateOf(svg(box(GREEN) + at(10, 14, line)))).toBe("failing");
    expect(stateOf(svg(`<title>${line}</title>${box(GREEN)}`))).toBe("failing");
  });

  test("but a name before the separator is no result", () => {
    expect(stateOf(svg(at(10, 14, "failing-tests: passing")))).toBe("passing");
    expect(stateOf(svg(at(10, 14, "Build - Deploy - passing")))).toBe("passing");
  });

  test("two texts that both count", () => {
    expect(stateOf(twoPart("3 failed", "12 passed", GREEN))).toBe("failing");
  });
});

describe("text on two rows", () => {
  test("is read row by row, so that one further left below is no label", () => {
    const rows = at(20, 14, "build") + at(70, 14, "passing") + at(5, 34, "deploy failing");
    expect(stateOf(`<svg width="100" height="40">${rows}</svg>`)).toBe("failing");
  });

  test("does not begin where a label sits a little lower than its message", () => {
    const body = svg(at(70, 13.4, "failing") + at(20, 14.6, "passing-tests"));
    expect(readText(body)).toMatchObject({ label: "passing-tests", message: "failing" });
  });
});

describe("a green picture is not believed", () => {
  test.each([
    [
      "where its text lies outside of a viewBox that is shifted",
      `<svg viewBox="200 0 100 20">${box(GREEN)}${at(150, 14, "failing")}</svg>`,
    ],
    ["where its text lies outside", svg(box(GREEN) + at(400, 14, "kaputt"))],
    ["where its text is hidden", svg(box(GREEN) + at(10, 14, "kaputt", 'display="none"'))],
    ["where its text has no fill", svg(box(GREEN) + at(10, 14, "kaputt", 'fill="none"'))],
    ["where its title is not understood", svg(`<title>kaputt</title>${box(GREEN)}`)],
    ["where its title says two things", svg(`<title>down - up since 3d</title>${box(GREEN)}`)],
  ])("%s", (_where, body) => {
    expect(stateOf(body)).not.toBe("passing");
  });

  test("text within a shifted viewBox is read", () => {
    const inside = at(210, 14, "build") + at(250, 14, "passing");
    expect(stateOf(`<svg viewBox="200 0 100 20">${inside}</svg>`)).toBe("passing");
  });

  test("a width in percent does not put text outside", () => {
    const inside = at(10, 14, "build") + at(150, 14, "failing");
    expect(stateOf(`<svg width="100%" height="20">${inside}</svg>`)).toBe("failing");
  });
});

describe("text is hidden by CSS in any case of letters", () => {
  test.each(['style="DISPLAY:NONE"', 'display=" None "', 'style="Visibility: HIDDEN"'])(
    "%s",
    (hiding) => {
      const body = svg(at(10, 14, "build") + at(50, 14, "passing", hiding) + at(60, 14, "zzz"));
      expect(readText(body)).toMatchObject({ message: "zzz", state: "unknown" });
    },
  );
});

describe("a red picture without text", () => {
  test.each([
    ["a title", svg(`<title>build: passing</title>${box(RED)}`), "unknown"],
    ["an aria-label", svg(box(RED), 'aria-label="build: passing"'), "unknown"],
    ["an id", svg(`<g id="passing">${box(RED)}</g>`), "failing"],
  ])("is not lifted to passing by %s", (_by, body, state) => {
    expect(stateOf(body)).toBe(state);
  });

  test("is not lifted to passing by its file name, which may say failing", () => {
    const body = new TextEncoder().encode(svg(box(RED)));
    const named = (name: string) =>
      readBadge({ body, contentDisposition: `inline; filename=${name}.svg` }).state;
    expect(named("passing")).toBe("failing");
    expect(named("failing")).toBe("failing");
  });
});

describe("JSON that says passing and something else", () => {
  test.each([
    [{ success: false, message: "passing" }],
    [{ status: "UP", components: { db: { status: "DOWN" } } }],
    [{ status: "UP", components: [{ status: "UP" }, { status: "OUT_OF_SERVICE", up: false }] }],
    [{ status: "ok", error: "boom" }],
    [{ status: "ok", errors: [{ text: "boom" }] }],
    [{ status: "ok", failed: 2 }],
    [{ status: "ok", db: "down" }],
    [{ message: "passing", statusCode: 503 }],
    [{ status: "ok", exitCode: 1 }],
    [{ message: "passing", value: "failing" }],
  ])("%j is unknown", (value) => {
    expect(stateOf(JSON.stringify(value))).toBe("unknown");
  });

  test.each([
    [{ status: "UP", components: { db: { status: "UP" } } }],
    [{ status: "ok", error: null, errors: [], failed: 0 }],
    [{ conclusion: "success", app: { slug: "github-actions" }, output: { title: "Build" } }],
    [
      {
        schemaVersion: 1,
        label: "error-pages",
        message: "passing",
        color: "red",
        logoColor: "red",
      },
    ],
  ])("%j is passing", (value) => {
    expect(stateOf(JSON.stringify(value))).toBe("passing");
  });

  test("a colour alone counts in shields' endpoint form only", () => {
    const color = "brightgreen";
    expect(stateOf(JSON.stringify({ schemaVersion: 1, message: "", color }))).toBe("passing");
    expect(stateOf(JSON.stringify({ message: "", color }))).toBe("unknown");
    expect(stateOf(JSON.stringify({ schemaVersion: 1, color }))).toBe("unknown");
  });

  test("nesting to any depth that fits is walked", () => {
    const deep = `{"status":"ok","a":${'{"a":'.repeat(20_000)}{"status":"down"}${"}".repeat(20_000)}}`;
    expect(stateOf(deep)).toBe("unknown");
  });
});
