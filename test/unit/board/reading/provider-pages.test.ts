import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROVIDERS } from "../../../../board/reading/providers/providers.ts";
import { serviceOf } from "../../../../board/reading/read-badge.ts";

const PAGE = new URL("../../../../docs/board-providers.md", import.meta.url);

/** Name and address of each row of the page's tables. */
const rows = readFileSync(PAGE, "utf8")
  .split("\n")
  .filter((line) => /^\| (?!provider|---)/u.test(line))
  .map((line) => ({
    name: line.split("|")[1]?.trim(),
    url: /`(https:[^`]+)` \|$/u.exec(line)?.[1] ?? "none",
  }));

test("the page tells of every provider that is known, and of no other", () => {
  const known = [...new Set(PROVIDERS.map(({ name }) => name))].sort();
  expect(rows.map(({ name }) => name).sort()).toEqual(known);
});

test("every address that the page recommends is taken for its provider", () => {
  expect(rows.map(({ url }) => serviceOf({ url }))).toEqual(rows.map(({ name }) => name));
});
