import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DEFAULTS } from "../../../board/config/config.ts";
import { ConfigError, checkConfig, parseConfig } from "../../../board/config/parse-config.ts";

const GOOD = `
title: " Ours "
timeZone: Europe/Berlin
staleAfterHours: 6
site: https://board.example/wall
allowPrivate: [ci.lan:8080]
tokens:
  - { host: CI.example, variable: CI_TOKEN }
  - { host: ci.lan:8080, variable: LAN_TOKEN, as: { header: PRIVATE-TOKEN } }
github: { variable: GH }
notify:
  - { kind: slack, variable: SLACK, groups: [Shop] }
widgets:
  - { kind: picture, file: pictures/logo.PNG, alt: The logo }
  - { kind: counter, label: Red, state: failing, group: Shop, size: wide }
groups:
  - name: Shop
    badges:
      - label: Build
        badge: https://ci.example/build.svg?token=a
        link: https://ci.example/
        map: { Alles gut: passing }
      - { label: Docs, badge: "https://ci.lan:8080/docs.svg", thresholds: { passing: 90, warning: 70 } }
results:
  - ../out/results-*.json
  - https://ci.example/results.json
`;

test("what a person writes becomes a configuration: trimmed, with defaults, and with paths relative to its file", () => {
  const { config, warnings } = checkConfig(GOOD, "/repo/board/badges.yaml");
  expect(warnings).toEqual([]);
  expect(config).toEqual({
    ...DEFAULTS,
    title: "Ours",
    timeZone: "Europe/Berlin",
    staleAfterHours: 6,
    site: "https://board.example/wall/",
    allowPrivate: ["ci.lan:8080"],
    tokens: [
      { host: "ci.example", variable: "CI_TOKEN", as: "bearer" },
      { host: "ci.lan:8080", variable: "LAN_TOKEN", as: { header: "PRIVATE-TOKEN" } },
    ],
    github: { variable: "GH", api: "https://api.github.com" },
    notify: [
      { kind: "slack", variable: "SLACK", groups: ["Shop"], on: ["failing", "passing"], after: 1 },
    ],
    widgets: [
      { kind: "picture", file: "/repo/board/pictures/logo.PNG", alt: "The logo" },
      { kind: "counter", label: "Red", state: "failing", group: "Shop", size: "wide" },
    ],
    groups: [
      {
        name: "Shop",
        badges: [
          {
            label: "Build",
            badge: "https://ci.example/build.svg?token=a",
            link: "https://ci.example/",
            map: { "Alles gut": "passing" },
          },
          {
            label: "Docs",
            badge: "https://ci.lan:8080/docs.svg",
            thresholds: { passing: 90, warning: 70 },
          },
        ],
      },
    ],
    results: ["/repo/out/results-*.json", "https://ci.example/results.json"],
  });
});

test("everything but the badges has a default", () => {
  const groups = [{ name: "a", badges: [{ label: "b", badge: "https://c/" }] }];
  expect(parseConfig(JSON.stringify({ groups }), "x.yaml")).toEqual({ ...DEFAULTS, groups });
});

test("the sample configuration is good", () => {
  const path = new URL("../../../board/badges.yaml", import.meta.url);
  const { config, warnings } = checkConfig(readFileSync(path, "utf8"), "board/badges.yaml");
  expect(config.groups.length).toBeGreaterThan(1);
  expect(warnings).toEqual([]);
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
    "      - badge: https://user:secret@ci.example/x.svg?token=secret",
    "      - just text",
    "  - name: empty",
    "    badges: []",
    "time_zone: CET",
    "colour: blue",
    "widgets:",
    "  - { kind: klock }",
    "  - { kind: text }",
    "tokens:",
    "  - { host: https://ci.example, variable: ghp_secret, as: cookie }",
  ].join("\n");
  const message = problemsIn(yaml);
  expect(message.split("\n")).toEqual([
    "15 problems in board/badges.yaml:",
    "  line 1: title is 3, expected a text",
    '  line 2: staleAfterHours is "forever", expected hours from above 0 to 8760',
    expect.stringMatching(/^ {2}line 7: groups\[0\]\.badges\[0\]\.badge is "ftp:/u),
    expect.stringMatching(/^ {2}line 8: groups\[0\]\.badges\[0\]\.link is "javascript:/u),
    "  line 9: groups[0].badges[1].label is missing, expected a text",
    expect.stringMatching(/^ {2}line 9: groups\[0\]\.badges\[1\]\.badge is "https:\/\/\*\*\*@/u),
    '  line 10: groups[0].badges[2] is "just text", expected a mapping with label, badge, link',
    "  line 12: groups[1].badges is an empty list, expected a list with at least one entry",
    expect.stringMatching(
      /^ {2}line 13: the file has the unknown key "time_zone", did you mean "timeZone"\? /u,
    ),
    expect.stringMatching(
      /^ {2}line 14: the file has the unknown key "colour", expected one of title,/u,
    ),
    '  line 16: widgets[0].kind is "klock", expected one of clock, text, picture, counter',
    "  line 17: widgets[1].text is missing, expected a text",
    '  line 19: tokens[0].host is "https://ci.example", expected a host with or without port, for example "ci.lan:8080"',
    expect.stringMatching(
      /^ {2}line 19: tokens\[0\]\.variable is no such name \(it is not shown\), expected/u,
    ),
    expect.stringMatching(/^ {2}line 19: tokens\[0\]\.as is "cookie", expected bearer, basic or/u),
  ]);
  expect(message).not.toContain("secret");
});

const badges = (count: number) =>
  Array.from({ length: count }, (_, at) => `      - {label: a${at}, badge: 'https://a/'}\n`).join(
    "",
  );
const one = "groups:\n  - name: a\n    badges:\n      - {label: a, badge: 'http://ci.example/'}\n";

test.each([
  ["is not YAML", "groups: [", /not valid YAML/u],
  [
    "has a key twice",
    "title: a\ntitle: b\ngroups: []",
    /line 2: the file is not valid YAML: Map keys must be unique/u,
  ],
  ["has a list for a key", "? [a]\n: b\n", /not valid YAML: .*keys must be strings/u],
  [
    "mistypes a key",
    `${one}staleAftrHurs: 3`,
    /line 5: the file has the unknown key "staleAftrHurs", did you mean "staleAfterHours"\?/u,
  ],
  ["is empty", "", /line 1: the file is missing, expected a mapping/u],
  ["shows nothing", "title: a", /line 1: the file shows nothing, expected groups/u],
  ["hides a list behind an alias", "title: &a x\ngroups: *a", /line 2: groups is "x"/u],
  [
    "has a page of groups",
    `groups:\n  - name: a\n    badges:\n${badges(10_001)}`,
    /line 2: groups hold 10001 badges, the most is 10000/u,
  ],
  ["is nested without an end", "- ".repeat(20_000), /line 1: the file is nested too deeply/u],
  ["opens brackets without an end", "[".repeat(20_000), /line 1: the file is nested too deeply/u],
  [
    "laughs a billion times",
    `a: &a [x, x]\n${[..."bcdefghijklmnop"].map((name, at) => `${name}: &${name} [${`*${"abcdefghijklmnop"[at]},`.repeat(9)}]\n`).join("")}`,
    /line 1: the file's aliases stand for too much/u,
  ],
  [
    "is of another planet",
    `${one}timeZone: Mars/Base`,
    /line 5: timeZone is "Mars\/Base", expected the IANA name/u,
  ],
  [
    "speaks what nobody does",
    `${one}language: tlh`,
    /line 5: language is "tlh", expected one of .*en/u,
  ],
  [
    "has a label twice",
    `${one}      - {label: a, badge: 'https://b/'}\n`,
    /line 5: groups\[0\]\.badges\[1\]\.label is "a" a second time/u,
  ],
  [
    "has a group twice",
    `${one}  - {name: a, badges: [{label: a, badge: 'https://b/'}]}`,
    /line 5: groups\[1\]\.name is "a" a second time/u,
  ],
  [
    "tells of a group that is not there",
    `${one}notify:\n  - {kind: ntfy, variable: N, groups: [A]}`,
    /line 6: notify\[0\]\.groups\[0\] is "A", which is no group, did you mean "a"\?/u,
  ],
  [
    "counts a group that is not there",
    `${one}widgets:\n  - {kind: counter, label: x, state: failing, group: rutabaga}`,
    /line 6: widgets\[0\]\.group is "rutabaga", which is no group, expected the name of one/u,
  ],
  [
    "opens an issue nowhere",
    `${one}notify:\n  - {kind: github-issue, variable: N}`,
    /line 6: notify\[0\] has no repository/u,
  ],
  [
    "sends a token in the clear",
    `${one}tokens: [{host: ci.example, variable: T}]`,
    /line 4: groups\[0\]\.badges\[0\]\.badge begins with http:, and the token for ci\.example/u,
  ],
  [
    "names a project without its feed",
    `${one}      - {label: b, badge: 'https://b/', project: p}`,
    /line 5: groups\[0\]\.badges\[1\]\.project is of no use without twin/u,
  ],
  [
    "takes results from a file server",
    `${one}results: ["ftp://ci.example/r.json"]`,
    /line 5: results\[0\] is "ftp:.*expected a path or an http/u,
  ],
  [
    "has an SVG for a picture",
    `${one}widgets:\n  - {kind: picture, file: a.svg, alt: a}`,
    /line 6: widgets\[0\]\.file is "a\.svg", expected the path of a PNG/u,
  ],
])("a file that %s is refused with its line", (_what, yaml, message) => {
  expect(problemsIn(yaml)).toMatch(message);
});

test("a token may go by http to this machine, and one that nobody needs is a warning", () => {
  const yaml = `groups: [{name: a, badges: [{label: a, badge: "http://127.0.0.1:8080/"}]}]
tokens:
  - {host: "127.0.0.1:8080", variable: T}
  - {host: "ci.example", variable: U}`;
  expect(checkConfig(yaml, "x").warnings).toEqual([
    { line: 4, text: 'tokens[1].host is "ci.example", and no badge is read from there' },
  ]);
});

test("a host of thousands of mistakes is told by the first 50 of them", () => {
  const lines = problemsIn(`groups:\n${"  - 1\n".repeat(3000)}`).split("\n");
  expect(lines).toHaveLength(52);
  expect(lines.at(-1)).toBe("  and 2950 more");
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
