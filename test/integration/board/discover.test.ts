import { mkdir, mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseConfig } from "../../../board/config/parse-config.ts";
import { runBoard } from "../../support/board-command.ts";
import { answering, type Respond, startBoardServer } from "../../support/board-server.ts";

const README = "![Unit](https://github.com/shop/web/workflows/Unit/badge.svg) ![x](logo.png)";

/** GitHub's REST API with one repository of an organisation, an archived one and a fork. */
function gitHub(): Record<string, Respond> {
  const json = (value: unknown) =>
    answering(JSON.stringify(value), { "content-type": "application/json" });
  const file = (name: string) => ({ name, type: "file" });
  return {
    "/orgs/shop": json({ login: "shop" }),
    "/orgs/shop/repos": json([
      { full_name: "shop/web" },
      { full_name: "shop/old", archived: true },
      { full_name: "shop/copy", fork: true },
    ]),
    "/repos/shop/web": json({ default_branch: "trunk" }),
    "/repos/shop/web/contents": json([
      file("README.md"),
      file("main.ts"),
      { name: "readme", type: "dir" },
    ]),
    "/repos/shop/web/contents/README.md": answering(README, { "content-type": "text/plain" }),
    "/repos/shop/web/contents/.github/workflows": json([file("unit.yml"), file("notes.txt")]),
    "/repos/shop/web/contents/.github/workflows/unit.yml": answering("name: Unit\non: push", {
      "content-type": "text/plain",
    }),
    "/raw/shop/web/HEAD/README.md": answering(README),
    "/raw/shop/web/HEAD/.github/workflows/unit.yml": answering("name: Unit\non: push"),
    "/repos/shop/limited": answering("{}", { "content-type": "application/json" }, 403),
  };
}

const FOUND = [
  {
    name: "shop/web",
    badges: [
      {
        label: "Unit",
        badge: "https://github.com/shop/web/actions/workflows/unit.yml/badge.svg?branch=trunk",
        link: "https://github.com/shop/web/actions/workflows/unit.yml?query=branch%3Atrunk",
      },
    ],
  },
];

test.each([
  ["with a token, by the API alone", { GITHUB_TOKEN: "t0ken" }],
  ["without one, with files from where they are public", {}],
])("an organisation is read %s", async (_how, environment) => {
  await using server = await startBoardServer(gitHub());
  const where = [
    "--api",
    server.origin,
    "--raw",
    `${server.origin}/raw`,
    "--allow-private",
    server.host,
  ];
  const ran = await runBoard(["discover", "--org", "shop", ...where], {
    cwd: tmpdir(),
    environment,
  });
  expect(ran).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("shop/web: 1 found, 1 left out\n"),
  });
  expect(parseConfig(ran.stdout, "b.yaml").groups).toEqual(FOUND);
  const isAuthorized = server.requests.map(
    ({ headers }) => headers.authorization === "token t0ken",
  );
  expect(new Set(isAuthorized)).toEqual(new Set(["GITHUB_TOKEN" in environment]));
  expect(server.requests.some(({ url = "" }) => url.startsWith("/raw/"))).toBe(
    !("GITHUB_TOKEN" in environment),
  );
  expect(`${ran.stdout}${ran.stderr}`).not.toContain("t0ken");
});

test.each([
  [
    "shop/limited",
    /^GitHub did not give \/repos\/shop\/limited: it answered 403\. Without a token GitHub answers 60/u,
  ],
  ["shop/none", /^There is no repository shop\/none on GitHub, or it is private/u],
  ["a b", /^"a b" is no page and no repository: expected a file, a folder, owner\/name/u],
])("what is wrong with %s is told", async (given, message) => {
  await using server = await startBoardServer(gitHub());
  const where = ["--api", server.origin, "--allow-private", server.host];
  const ran = await runBoard(["discover", given, ...where], { cwd: tmpdir() });
  expect(ran).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
});

test("a private address is refused where it is not allowed", async () => {
  await using server = await startBoardServer(gitHub());
  const ran = await runBoard(["discover", "shop/web", "--api", server.origin], { cwd: tmpdir() });
  expect(ran).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("has the private address"),
  });
  expect(server.requests).toEqual([]);
});

test("a folder's badges are written once, shown after, and added only when asked to", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const cwd = folder.path;
  await mkdir(join(cwd, ".git/refs/remotes/origin"), { recursive: true });
  await writeFile(
    join(cwd, ".git/config"),
    '[remote "origin"]\n\turl = git@github.com:shop/web.git\n',
  );
  await writeFile(join(cwd, ".git/refs/remotes/origin/HEAD"), "ref: refs/remotes/origin/trunk\n");
  await mkdir(join(cwd, ".github/workflows"), { recursive: true });
  await writeFile(join(cwd, ".github/workflows/unit.yml"), "name: Unit\non: push");
  await writeFile(join(cwd, "README.md"), README);
  const discover = (...args: string[]) =>
    runBoard(["discover", ".", "--out", "b.yaml", ...args], { cwd });
  const text = () => readFile(join(cwd, "b.yaml"), "utf8");

  expect(await discover()).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("b.yaml is written."),
  });
  expect(parseConfig(await text(), "b.yaml").groups).toEqual(FOUND);
  expect(await discover()).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("b.yaml has all of them."),
  });

  await writeFile(
    join(cwd, "README.md"),
    `${README}\n![Docs](https://readthedocs.org/projects/web/badge/)`,
  );
  const before = await text();
  expect(await discover()).toMatchObject({
    code: 1,
    stdout: "+ shop/web / Docs: https://readthedocs.org/projects/web/badge/\n",
    stderr: expect.stringContaining("was not changed. Add these to it with --merge."),
  });
  expect(await text()).toBe(before);
  expect(await discover("--merge")).toMatchObject({ code: 0 });
  expect(await text()).toBe(`${before}      - label: Docs
        badge: https://readthedocs.org/projects/web/badge/
        link: https://app.readthedocs.org/projects/web/
`);
});
