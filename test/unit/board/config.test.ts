import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ConfigError, parseConfig } from "../../../board/config/parse-config.ts";

const GOOD = `
title: Ours
staleAfterHours: 6
allowPrivate: [ci.lan:8080]
groups:
  - name: Shop
    badges:
      - label: Build
        badge: https://ci.example/build.svg?token=a
        link: https://ci.example/
      - { label: Docs, badge: "http://ci.lan:8080/docs.svg" }
results:
  - ../out/results.json
  - https://ci.example/results.json
`;

test("a configuration becomes groups of badges, with results relative to its file", () => {
  expect(parseConfig(GOOD, "/repo/board/badges.yaml")).toEqual({
    title: "Ours",
    staleAfterHours: 6,
    allowPrivate: ["ci.lan:8080"],
    groups: [
      {
        name: "Shop",
        badges: [
          {
            label: "Build",
            badge: "https://ci.example/build.svg?token=a",
            link: "https://ci.example/",
          },
          { label: "Docs", badge: "http://ci.lan:8080/docs.svg" },
        ],
      },
    ],
    results: ["/repo/out/results.json", "https://ci.example/results.json"],
  });
});

test("title and staleness have defaults", () => {
  const config = parseConfig(
    "groups: [{name: a, badges: [{label: b, badge: 'https://c/'}]}]",
    "x.yaml",
  );
  expect(config).toMatchObject({ title: "Badgeboard", staleAfterHours: 24, results: [] });
});

test("the sample configuration is good", () => {
  const path = new URL("../../../board/badges.yaml", import.meta.url);
  expect(
    parseConfig(readFileSync(path, "utf8"), "board/badges.yaml").groups.length,
  ).toBeGreaterThan(1);
});

test("every problem is told at once, with its line and its path", () => {
  const yaml = [
    "title: 3",
    "staleAfterHours: forever",
    "groups:",
    "  - name: a",
    "    badges:",
    "      - label: x",
    "        badge: ftp://ci.example/x.svg",
    "        link: javascript:alert(1)",
    "      - badge: https://user:secret@ci.example/x.svg",
    "      - just text",
    "  - name: empty",
    "    badges: []",
    "colour: blue",
  ].join("\n");
  const message = problemsIn(yaml);
  expect(message.split("\n")).toEqual([
    "9 problems in board/badges.yaml:",
    "  line 1: title is 3, expected a text",
    '  line 2: staleAfterHours is "forever", expected hours from above 0 to 8760',
    expect.stringMatching(/^ {2}line 7: groups\[0\]\.badges\[0\]\.badge is "ftp:/u),
    expect.stringMatching(/^ {2}line 8: groups\[0\]\.badges\[0\]\.link is "javascript:/u),
    "  line 9: groups[0].badges[1].label is missing, expected a text",
    expect.stringMatching(/^ {2}line 9: groups\[0\]\.badges\[1\]\.badge is /u),
    '  line 10: groups[0].badges[2] is "just text", expected a mapping with label, badge, link',
    "  line 12: groups[1].badges is an empty list, expected a list with at least one entry",
    expect.stringMatching(
      /^ {2}line 13: the file has the unknown key "colour", expected one of title,/u,
    ),
  ]);
});

test.each([
  ["is not YAML", "groups: [", /not valid YAML/u],
  [
    "has a key twice",
    "title: a\ntitle: b\ngroups: []",
    /line 2: the file is not valid YAML: Map keys must be unique/u,
  ],
  ["is empty", "", /line 1: the file is missing, expected a mapping with title/u],
  ["hides a list behind an alias", "title: &a x\ngroups: *a", /line 2: groups is/u],
  [
    "has a page of groups",
    `groups:\n  - name: a\n    badges:\n${"      - {label: a, badge: 'https://a/'}\n".repeat(1001)}`,
    /groups hold 1001 badges, the most is 1000/u,
  ],
])("a file that %s is refused with its line", (_what, yaml, message) => {
  expect(problemsIn(yaml)).toMatch(message);
});

function problemsIn(yaml: string): string {
  try {
    parseConfig(yaml, "board/badges.yaml");
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "no problem";
}
