import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { improve } from "../../../board/lint/address-rules.ts";
import type { Context } from "../../../board/lint/context.ts";
import { fixPage, lintPage } from "../../../board/lint/lint-page.ts";

const OURS: Context = {
  slug: "shop/web",
  defaultBranch: "main",
  workflows: new Map([["Unit tests", "unit.yml"]]),
};
const STRANGERS: Context = { workflows: new Map() };

const GITHUB = "https://github.com/shop/web/actions/workflows";

test.each([
  [
    "http://github.com/shop/web/workflows/Unit%20tests/badge.svg",
    `${GITHUB}/unit.yml/badge.svg?branch=main`,
    "http old-address missing-branch",
  ],
  [
    "https://github.com/shop/web/workflows/Unit%20tests/badge.svg?event=push",
    `${GITHUB}/unit.yml/badge.svg?event=push&branch=main`,
    "old-address missing-branch",
  ],
  [
    "https://github.com/shop/web/workflows/.github/workflows/ci.yml/badge.svg?branch=x",
    `${GITHUB}/ci.yml/badge.svg?branch=x`,
    "old-address",
  ],
  [
    "https://img.shields.io/github/workflow/status/shop/web/Unit%20tests/dev?style=flat",
    "https://img.shields.io/github/actions/workflow/status/shop/web/unit.yml?style=flat&branch=dev",
    "old-address",
  ],
  [
    `${GITHUB}/ci.yml/badge.svg?branch=`,
    `${GITHUB}/ci.yml/badge.svg?branch=main`,
    "missing-branch",
  ],
  ["https://github.com/other/repo/actions/workflows/ci.yml/badge.svg", "", "missing-branch"],
  ["https://github.com/shop/web/workflows/Nobody%20knows/badge.svg?branch=a", "", "old-address"],
  [
    "https://travis-ci.org/shop/web.png?branch=main",
    "https://api.travis-ci.com/shop/web.svg?branch=main",
    "dead-host picture-only",
  ],
  [
    "https://cors-anywhere.herokuapp.com/http://img.shields.io/website?url=a",
    "https://img.shields.io/website?url=a",
    "dead-host http",
  ],
  [
    "https://cors-anywhere.herokuapp.com/img.shields.io/website",
    "https://img.shields.io/website",
    "dead-host",
  ],
  [
    "https://bestpractices.coreinfrastructure.org/projects/569/badge",
    "https://www.bestpractices.dev/projects/569/badge",
    "dead-host",
  ],
  ["https://david-dm.org/shop/web.svg", "", "dead-host"],
  ["https://app.codeship.com/projects/1/status?branch=main", "", "dead-host"],
  [
    "https://circleci.com/gh/shop/web/tree/main.svg?style=svg",
    "https://circleci.com/gh/shop/web/tree/main.svg?style=shield",
    "picture-only",
  ],
  [
    "https://circleci.com/gh/shop/web.png",
    "https://circleci.com/gh/shop/web.svg?style=shield",
    "picture-only",
  ],
  [
    "https://ci.appveyor.com/api/projects/status/abc",
    "https://ci.appveyor.com/api/projects/status/abc?svg=true",
    "picture-only",
  ],
  [
    "https://sonarcloud.io/api/project_badges/quality_gate?project=a",
    "https://sonarcloud.io/api/project_badges/measure?project=a&metric=alert_status",
    "picture-only",
  ],
  [
    "https://raster.shields.io/website.png?url=a#x",
    "https://img.shields.io/website?url=a#x",
    "picture-only",
  ],
  ["http://ci.lan:8080/job/web/badge/icon", "", ""],
  ["http://jenkins.example/job/web/badge/icon", "", ""],
  ["https://gitlab.com/shop/web/badges/main/pipeline.svg", "", ""],
])("%s is mended to %s", (address, better, rules) => {
  const improved = improve(address, OURS);
  expect(improved.address).toBe(better || address);
  expect(improved.complaints.map(({ rule }) => rule).join(" ")).toBe(rules);
});

const README = `# Web

[![Unit](https://github.com/shop/web/workflows/Unit%20tests/badge.svg "Unit")](https://travis-ci.org/shop/web)
![](https://codecov.io/gh/shop/web/branch/main/graph/badge.svg)![x](logo.png)![][cov]

| [![cov][cov]][to] |
|---|

<a href="#"><img src='https://circleci.com/gh/shop/web.svg?a=1&amp;style=svg'></a>

\`![no](http://img.shields.io/website)\`

[cov]: https://bestpractices.coreinfrastructure.org/projects/1/badge
[to]: https://example.org
`;

const FIXED = `# Web

[![Unit](${GITHUB}/unit.yml/badge.svg?branch=main "Unit")](${GITHUB}/unit.yml?query=branch%3Amain)
[![coverage](https://codecov.io/gh/shop/web/branch/main/graph/badge.svg)](https://codecov.io/gh/shop/web)![x](logo.png)[![OpenSSF Best Practices][cov]](https://www.bestpractices.dev/projects/1)

| [![cov][cov]][to] |
|---|

<a href="#"><img alt="CircleCI" src='https://circleci.com/gh/shop/web.svg?a=1&amp;style=shield'></a>

\`![no](http://img.shields.io/website)\`

[cov]: https://www.bestpractices.dev/projects/1/badge
[to]: https://example.org
`;

test("each finding has its place, the line as it is, and the line with everything mended that can be", () => {
  const findings = lintPage(README, "README.md", OURS);
  expect(findings.map(({ rule, line, column }) => `${line}:${column} ${rule}`)).toEqual([
    "3:10 old-address",
    "3:10 missing-branch",
    "3:80 wrong-link",
    "4:1 missing-alt",
    "4:1 missing-link",
    "4:78 missing-alt",
    "4:78 missing-link",
    "9:10 wrong-link",
    "9:13 missing-alt",
    "9:23 picture-only",
    "13:8 dead-host",
  ]);
  const fixed = FIXED.split("\n");
  for (const { line, before, after, rule } of findings) {
    expect(before).toBe(README.split("\n")[line - 1]);
    expect(after).toBe(rule === "wrong-link" && line === 9 ? undefined : fixed[line - 1]);
  }
});

test("what can be mended is, and what cannot stays as it is", () => {
  expect(fixPage(README, "README.md", OURS)).toBe(FIXED);
  expect(fixPage(FIXED, "README.md", OURS)).toBe(FIXED);
  expect(lintPage(FIXED, "README.md", OURS).map(({ rule }) => rule)).toEqual(["wrong-link"]);
});

test.each([
  [
    "leads to itself",
    "[![a](https://codecov.io/gh/a/b/graph/badge.svg)](https://codecov.io/gh/a/b/graph/badge.svg)",
    "[![a](https://codecov.io/gh/a/b/graph/badge.svg)](https://codecov.io/gh/a/b)",
  ],
  [
    "has one reference for picture and link",
    "[![a][r]][r]\n\n[r]: https://travis-ci.org/a/b.svg?branch=x",
    "[![a][r]][r]\n\n[r]: https://api.travis-ci.com/a/b.svg?branch=x",
  ],
  [
    "is of a branch with a bracket",
    `[![a](${GITHUB}/a.yml/badge.svg)](https://a.example)`,
    `[![a](${GITHUB}/a.yml/badge.svg?branch=a%28b)](https://a.example)`,
  ],
])("a badge that %s is mended, and not again", (_what, page, fixed) => {
  const context = { ...OURS, defaultBranch: "a(b" };
  expect(fixPage(page, "README.md", context)).toBe(fixed);
  expect(fixPage(fixed, "README.md", context)).toBe(fixed);
});

test("a page of nothing but badges is linted in a time that grows with its length", () => {
  const page = "![](https://travis-ci.org/a/b.svg)\n".repeat(5_000);
  const findings = lintPage(page, "README.md", OURS);
  expect(findings).toHaveLength(15_000);
  expect(findings.at(-1)).toMatchObject({ line: 5_000, column: 5, rule: "dead-host" });
});

test("reStructuredText is mended by options", () => {
  const page =
    "Web\n===\n\n.. image:: https://travis-ci.org/shop/web.svg\r\n\n.. |cov| image:: https://readthedocs.org/projects/web/badge/\n   :target: https://web.example\n";
  expect(fixPage(page, "README.rst", OURS)).toBe(
    "Web\n===\n\n.. image:: https://api.travis-ci.com/shop/web.svg\n   :alt: Travis CI\n   :target: https://app.travis-ci.com/shop/web\r\n\n" +
      ".. |cov| image:: https://readthedocs.org/projects/web/badge/\n   :alt: docs\n   :target: https://web.example\n",
  );
});

test("a badge that is gone is told once, and nothing else of it", () => {
  const findings = lintPage("![](https://david-dm.org/shop/web.svg)", "README.md", STRANGERS);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ rule: "dead-host", line: 1, column: 5 });
  expect(findings[0]).not.toHaveProperty("after");
});

describe("a page that was mended", () => {
  const address = fc.oneof(
    fc.constantFrom(
      "http://github.com/shop/web/workflows/Unit%20tests/badge.svg",
      "https://github.com/shop/web/actions/workflows/a%20b.yml/badge.svg?event=push",
      "https://cors-anywhere.herokuapp.com/http://travis-ci.org/shop/web.png?a=(b)",
      "https://travis-ci.org/shop/web.svg?branch=main&x=1",
      "http://circleci.com/gh/shop/web.png?style=svg#a",
      "https://ci.appveyor.com/api/projects/status/abc?svg=false&b=c",
      "https://sonarcloud.io/api/project_badges/quality_gate?project=a",
      "https://codecov.io/gh/shop/web/branch/main/graph/badge.svg",
      "logo.png",
    ),
    fc.webUrl({ withQueryParameters: true }),
  );
  const alt = fc.constantFrom("", "Build", "a [b] c", "](");
  const link = fc.constantFrom("", "#", "https://travis-ci.org/shop/web", "https://shop.example/");
  const html = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const badge = fc.tuple(address, alt, link, fc.nat(6)).map(([source, text, to, form]) => {
    const escaped = text.replaceAll(/[[\]]/gu, "\\$&");
    const picture = `![${escaped}](${source.replaceAll(/[()]/gu, "\\$&")})`;
    if (form === 0) return to === "" ? picture : `[${picture}](${to})`;
    if (form === 1) return `[![${escaped}][r]](${to})\n\n[r]: <${source}>\n`;
    if (form === 2)
      return `<a href="${html(to)}"><img src="${html(source)}" alt="${html(text)}"></a>`;
    if (form === 3) return `<img src=${source}><img alt='' src='${html(source)}'/>`;
    if (form === 5) return `[![${escaped}][s]][s]\n\n[s]: <${source}>\n`;
    if (form === 4) return `- ${picture}${picture}\n`;
    return `<a href="${to}">\n\n${picture}\n\n</a>\n`;
  });
  const page = fc.array(badge, { maxLength: 6 }).map((all) => all.join("\n"));

  test("is not changed again, and nothing is left that could be mended", () => {
    fc.assert(
      fc.property(page, (text) => {
        const fixed = fixPage(text, "README.md", OURS);
        expect(fixPage(fixed, "README.md", OURS)).toBe(fixed);
        expect(
          lintPage(fixed, "README.md", OURS).filter(({ after }) => after !== undefined),
        ).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
