import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROVIDERS } from "../../../../board/reading/providers/providers.ts";
import { readBadge, serviceOf } from "../../../../board/reading/read-badge.ts";
import { bytes, svg, twoPart } from "../../../support/board-badges.ts";

const PAGE = new URL("../../../../docs/board-providers.md", import.meta.url);

/** Name and address of each row of the page's tables. */
const rows = readFileSync(PAGE, "utf8")
  .split("\n")
  .filter((line) => /^\| (?!provider|-)/u.test(line))
  .map((line) => ({
    name: line.split("|")[1]?.trim(),
    url: /`(https:[^`]+)` *\|$/u.exec(line)?.[1] ?? "none",
  }));

test("the page tells of every provider that is known, and of no other", () => {
  const known = [...new Set(PROVIDERS.map(({ name }) => name))].sort();
  expect(rows.map(({ name }) => name).sort()).toEqual(known);
});

test("every address that the page recommends is taken for its provider", () => {
  expect(rows.map(({ url }) => serviceOf({ url }))).toEqual(rows.map(({ name }) => name));
});

const BAD_NEWS =
  "failing|failed|failure|error|errored|down|cancelled|canceled|aborted|stopped|running|pending|in progress|skipped|manual|" +
  "unknown|none|no status|never built|set up now|partially succeeded|unstable|not passing|nicht ready|passing?|rutabaga|404|" +
  "3 failed, 120 passed|118/120 passed|was ready|un success";

const GREENS = ["#4c1", "#97ca00", "#0f4a21", "#0fc389", "#239922", "#19a974"];

test.each(rows)("$name turns no bad news green, however green it is drawn", ({ url }) => {
  const stateOf = (body: string) => readBadge({ body: bytes(body), url }).state;
  for (const message of BAD_NEWS.split("|")) {
    for (const color of GREENS) {
      const state = stateOf(twoPart("build", message, color));
      expect({ message, color, state }).not.toMatchObject({ state: "passing" });
    }
    const ground = '<rect width="90" height="20" fill="#0f4a21"/>';
    expect(stateOf(svg(`<title>build: ${message}</title>${ground}`))).not.toBe("passing");
  }
  for (const label of ["build failing", "linux failed", "api down", "not"]) {
    expect(stateOf(twoPart(label, "passing", "#4c1"))).not.toBe("passing");
  }
});
