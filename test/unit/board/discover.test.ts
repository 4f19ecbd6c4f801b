import { expect, test } from "vitest";
import { parseConfig } from "../../../board/config/parse-config.ts";
import { badgeKey } from "../../../board/discover/badge-key.ts";
import { discoverBadges } from "../../../board/discover/discover-badges.ts";
import { picturesIn } from "../../../board/discover/pictures/pictures-in.ts";
import { providerOf } from "../../../board/discover/providers.ts";
import type { Repository } from "../../../board/discover/repository.ts";
import { workflowIn } from "../../../board/discover/workflow-file.ts";
import { merged, newConfig, newIn } from "../../../board/discover/write-config.ts";

const seen = (page: string, name: string) =>
  picturesIn(page, name).map(({ source, alt, link }) => [source.address, alt, link?.address ?? ""]);

test("Markdown: pictures in links, by reference, in tables, and HTML around and between", () => {
  const page = `[![A](https://a/1.svg "](")](https://to/1) ![][b]
| [![c][b]][Long Name] | \`![no](https://no)\` |

    ![no](https://no)

<p><a href="https://to/?x=1&amp;y=2"><IMG src='https://a/2.svg' alt="two &amp; more"></a>
<!-- <img src="https://no"> --><img src=https://a/3.svg></p>

<a href="https://to/4">

![four](<https://a/4 .svg>)

</a><img src='https://a/5.svg' alt>

[b]: https://a/b.svg?x=1&y=2
[b]: https://no
[long name]:
  https://to/long 'title'
`;
  expect(seen(page, "README.md")).toEqual([
    ["https://a/1.svg", "A", "https://to/1"],
    ["https://a/b.svg?x=1&y=2", "", ""],
    ["https://a/b.svg?x=1&y=2", "c", "https://to/long"],
    ["https://a/2.svg", "two & more", "https://to/?x=1&y=2"],
    ["https://a/3.svg", "", ""],
    ["https://a/4 .svg", "four", "https://to/4"],
    ["https://a/5.svg", "", ""],
  ]);
});

test("reStructuredText: images, figures and substitutions, but not in code and comments", () => {
  const page = `
.. image:: https://a/1.svg
   :target: https://to/1
   :alt: One
     and more

.. |two| image:: https://a/2.svg
    :target: \`Long name\`_
.. |three| image:: https://a/3.svg

.. _Long name: https://to/2

For example::

   .. image:: https://no

.. code-block:: rst

   .. image:: https://no

.. only:: html

   .. figure:: https://a/4.svg

.. a comment
   .. image:: https://no
`;
  expect(seen(page, "README.rst")).toEqual([
    ["https://a/1.svg", "One and more", "https://to/1"],
    ["https://a/2.svg", "", "https://to/2"],
    ["https://a/3.svg", "", ""],
    ["https://a/4.svg", "", ""],
  ]);
});

test.each([
  ["brackets", "[".repeat(100_000)],
  ["half links", "[![".repeat(30_000)],
  ["quotes", "> ".repeat(5_000)],
  ["emphasis", "*a **b".repeat(20_000)],
  ["tags", "<a><b ".repeat(20_000)],
])("a page of nothing but %s ends, without a picture", (_what, page) => {
  expect(picturesIn(page, "README.md")).toEqual([]);
});

test.each([
  ["https://github.com/o/r/actions/workflows/ci.yml/badge.svg", "GitHub Actions", "status"],
  ["https://img.shields.io/github/actions/workflow/status/o/r/ci.yml", "Shields", "status"],
  ["https://img.shields.io/npm/v/web.svg", "Shields", "information"],
  ["https://img.shields.io/badge/a-b-green", "Shields", "static"],
  ["https://gitlab.example/o/r/badges/main/pipeline.svg", "GitLab", "status"],
  ["https://git.example/o/r/actions/workflows/ci.yml/badge.svg?branch=a", "Gitea", "status"],
  ["https://ci.example/job/web/badge/icon", "Jenkins", "status"],
  ["https://ci.example/api/badges/12/status.svg", "Woodpecker", "status"],
])("%s is a badge of %s: %s", (address, name, kind) => {
  expect(providerOf(address)).toEqual({ name, kind });
});

test.each([
  "https://a.example/logo.png",
  "logo.svg",
  "data:image/svg+xml,<svg/>",
  "https://github.com/o/r/raw/main/demo.gif",
])("%s is no badge", (address) => {
  expect(providerOf(address)).toBeUndefined();
});

test.each([
  ["name: Unit\non: push", { file: "a.yml", name: "Unit" }],
  ["on: [pull_request, push]", { file: "a.yml", name: ".github/workflows/a.yml" }],
  [
    "name: x\non: {workflow_call: {}}",
    { file: "a.yml", name: "x", useless: "is only called by other workflows" },
  ],
  [
    "name: x\non:\n  pull_request:\n",
    { file: "a.yml", name: "x", useless: "runs only for pull_request" },
  ],
  ["{", { file: "a.yml", name: ".github/workflows/a.yml" }],
])("the workflow %j is %j", (text, workflow) => {
  expect(workflowIn(".github/workflows/a.yml", text)).toEqual(workflow);
});

test("addresses that differ in looks alone are of one badge, and others are not", () => {
  const base = "https://ci.example/o/r.svg?branch=main&token=1";
  expect(badgeKey("https://ci.example/o/r.svg?style=flat&token=1&branch=main&logo=x")).toBe(
    badgeKey(base),
  );
  expect(badgeKey("https://ci.example/o/r.svg?branch=dev&token=1")).not.toBe(badgeKey(base));
  const shields =
    "https://img.shields.io/github/actions/workflow/status/O/R/ci.yml?branch=main&style=flat";
  expect(badgeKey("https://github.com/o/r/actions/workflows/ci.yml/badge.svg?branch=main")).toBe(
    badgeKey(shields),
  );
});

const WEB: Repository = {
  name: "shop/web",
  slug: "shop/web",
  defaultBranch: "main",
  pages: [
    {
      path: "README.md",
      text: `[![build status](../../workflows/Unit/badge.svg)](../../actions) ![Docs](https://readthedocs.org/projects/web/badge/)
![Docs](https://codecov.io/gh/shop/web/graph/badge.svg?token=s3cret) ![](https://img.shields.io/npm/v/web)
![logo](logo.png) ![x](https://img.shields.io/badge/a-b-green) ![y](https://david-dm.org/a.svg) ![z](https://u:p4ss@ci.example/badge.svg)`,
    },
  ],
  workflows: [
    { path: ".github/workflows/unit.yml", text: "name: Unit\non: push" },
    { path: ".github/workflows/e2e.yml", text: "name: End to end\non: schedule" },
    { path: ".github/workflows/reuse.yml", text: "on: workflow_call" },
  ],
};

test("badges come from pages and workflows, each once, with labels and links of their own", () => {
  const { badges, leftOut } = discoverBadges(WEB, { withInformation: false });
  expect(badges).toEqual([
    {
      label: "unit",
      badge: "https://github.com/shop/web/actions/workflows/unit.yml/badge.svg?branch=main",
      link: "https://github.com/shop/web/actions",
    },
    {
      label: "docs",
      badge: "https://readthedocs.org/projects/web/badge/",
      link: "https://app.readthedocs.org/projects/web/",
    },
    {
      label: "coverage",
      badge: "https://codecov.io/gh/shop/web/graph/badge.svg?token=s3cret",
      link: "https://codecov.io/gh/shop/web",
    },
    {
      label: "End to end",
      badge: "https://github.com/shop/web/actions/workflows/e2e.yml/badge.svg?branch=main",
      link: "https://github.com/shop/web/actions/workflows/e2e.yml?query=branch%3Amain",
    },
  ]);
  expect(leftOut.map(({ what, reason }) => `${what}: ${reason}`)).toEqual([
    "https://img.shields.io/npm/v/web: is a figure and no result",
    "https://github.com/shop/web/blob/main/logo.png: is no badge that is known",
    "https://img.shields.io/badge/a-b-green: always says the same",
    "https://david-dm.org/a.svg: david-dm.org has been down since 2022",
    "https://***@ci.example/badge.svg: has a password in it",
    ".github/workflows/reuse.yml: is only called by other workflows",
  ]);
});

test.each([
  ["https://codecov.io/gh/a/b/graph/badge.svg", "itself"],
  ["https://travis-ci.org/a/b", "a host that is gone"],
  ["javascript:alert(1)", "a script"],
])("a link to %s is not taken: it leads to %s", (link) => {
  const text = `[![x](https://codecov.io/gh/a/b/graph/badge.svg)](${link})`;
  const repository = { name: "a", pages: [{ path: "README.md", text }], workflows: [] };
  const { badges } = discoverBadges(repository, { withInformation: false });
  expect(badges.map((badge) => badge.link)).toEqual(["https://codecov.io/gh/a/b"]);
});

test("figures are taken where they are wanted, and judge nothing", () => {
  const { badges } = discoverBadges(WEB, { withInformation: true });
  expect(badges.find(({ badge }) => badge.includes("npm"))).toMatchObject({ treatAs: "info" });
});

test("what is written is a configuration, and what a person wrote stays when more is added", () => {
  const group = discoverBadges(WEB, { withInformation: true });
  const [first, ...rest] = group.badges;
  if (first === undefined) throw new Error("nothing was found");
  const yaml = newConfig([{ ...group, badges: [{ ...first, label: "coverage" }] }], "Ours");
  expect(parseConfig(yaml, "b.yaml")).toMatchObject({
    title: "Ours",
    groups: [{ name: "shop/web" }],
  });
  const mine = `${yaml.replace("title: Ours", "title: Ours # mine")}\nstaleAfterHours: 3\n`;
  const news = newIn(mine, "b.yaml", [group]);
  expect(news).toEqual([{ ...group, badges: rest }]);
  const more = merged(mine, "b.yaml", [...news, { name: "else", badges: [first], leftOut: [] }]);
  expect(more).toContain("title: Ours # mine");
  const config = parseConfig(more, "b.yaml");
  expect(config.staleAfterHours).toBe(3);
  expect(
    config.groups.map(({ name, badges }) => `${name} ${badges.map(({ label }) => label)}`),
  ).toEqual(["shop/web coverage,docs,coverage 2,Shields,End to end", "else unit"]);
  expect(newIn(more, "b.yaml", [group])).toEqual([]);
});
