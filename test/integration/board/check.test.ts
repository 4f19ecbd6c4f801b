import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runBoard } from "../../support/board-command.ts";

const CONFIG = `
groups:
  - name: Shop
    badges:
      - label: Unit
        badge: https://github.com/shop/web/actions/workflows/unit.yml/badge.svg?token=s3cret
      - { label: Own, badge: "https://ci.example/x.svg", twin: "https://feed.example/cc.xml", project: web, map: { yes: passing } }
      - { label: Size, badge: "https://ci.example/size.svg", treatAs: info }
tokens:
  - { host: ci.example, variable: CI_TOKEN }
  - { host: nowhere.example, variable: OTHER_TOKEN }
`;

async function check(config: string, args: readonly string[] = [], environment = {}) {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  await writeFile(join(folder.path, "b.yaml"), config);
  return await runBoard(["check", "--config", "b.yaml", ...args], {
    cwd: folder.path,
    environment,
  });
}

test("a good configuration is told with what it has, what is missing and what has no effect", async () => {
  const ran = await check(CONFIG, [], { OTHER_TOKEN: "t0ken" });
  expect(ran).toEqual({
    code: 0,
    stdout: `b.yaml is good.
1 group, 3 badges on 2 hosts, 0 widgets, 0 sources of results
  Shop: 3 badges
services: GitHub Actions 1
by general rules: ci.example 2
missing: the environment variable CI_TOKEN is not set
without GITHUB_TOKEN, badges of GitHub's workflows cannot tell running and cancelled
`,
    stderr:
      'warnings:\n  line 11: tokens[1].host is "nowhere.example", and no badge is read from there\n',
  });
});

test("--explain says of each badge what would decide", async () => {
  const { stdout } = await check(CONFIG, ["--explain"], { GITHUB_TOKEN: "t0ken" });
  expect(stdout.split("\n").slice(-4)).toEqual([
    "Shop / Unit: GitHub's REST API, compared with the badge, then rules for GitHub Actions, general rules",
    "Shop / Own: its map of messages, then its twin on feed.example, then general rules",
    "Shop / Size: nothing is judged, as treatAs says",
    "",
  ]);
  expect(stdout).not.toMatch(/s3cret|t0ken/u);
});

test("problems are told with their lines, and exit 2", async () => {
  expect(await check("grups: []\n")).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(
      /^1 problem in b\.yaml:\n {2}line 1: the file has the unknown key "grups", did you mean "groups"\? expected one of/u,
    ),
  });
});
