import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runBoard } from "../../support/board-command.ts";

const PAGE =
  "# A\n\n![](https://travis-ci.org/a/b.svg?token=s3cret&branch=x)\u001b[31m\n![Old, 100%](https://david-dm.org/a/b.svg)\n";

async function folderWith(page: string) {
  const folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  await writeFile(join(folder.path, "README.md"), page);
  return folder;
}

test("findings are told with their places, and exit 1", async () => {
  await using folder = await folderWith(PAGE);
  const ran = await runBoard(["lint", "README.md"], { cwd: folder.path });
  expect(ran).toMatchObject({ code: 1, stderr: "" });
  expect(ran.stdout.split("\n").filter((line) => !line.startsWith("  "))).toEqual([
    "README.md:3:1: it has no alternative text, so that who cannot see it gets nothing (missing-alt)",
    "README.md:3:1: it leads nowhere; who sees it fail wants to see why (missing-link)",
    "README.md:3:5: travis-ci.org ended in 2021; builds moved to travis-ci.com (dead-host)",
    "README.md:4:14: david-dm.org has been down since 2022; take the badge away (dead-host)",
    "",
  ]);
  expect(ran.stdout).toContain(
    "  + [![Travis CI](https://api.travis-ci.com/a/b.svg?token=***&branch=x)](https://app.travis-ci.com/a/b)�[31m\n",
  );
});

test("--fix writes what can be mended, and tells what is left", async () => {
  await using folder = await folderWith(PAGE);
  const ran = await runBoard(["lint", "--fix", "README.md"], { cwd: folder.path });
  expect(ran).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^README\.md:4:14: david-dm/u),
  });
  expect(await readFile(join(folder.path, "README.md"), "utf8")).toBe(
    "# A\n\n[![Travis CI](https://api.travis-ci.com/a/b.svg?token=s3cret&branch=x)](https://app.travis-ci.com/a/b)\u001b[31m\n![Old, 100%](https://david-dm.org/a/b.svg)\n",
  );
  await writeFile(join(folder.path, "README.md"), "# Nothing wrong\n");
  expect(await runBoard(["lint", "."], { cwd: folder.path })).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
});

test("as JSON, each finding is an object", async () => {
  await using folder = await folderWith(PAGE);
  const { stdout } = await runBoard(["lint", "--output", "json", "README.md"], {
    cwd: folder.path,
  });
  const { findings } = JSON.parse(stdout);
  expect(findings).toHaveLength(4);
  expect(findings[3]).toEqual({
    ...{ file: "README.md", rule: "dead-host", line: 4, column: 14 },
    message: "david-dm.org has been down since 2022; take the badge away",
    before: "![Old, 100%](https://david-dm.org/a/b.svg)",
  });
  expect(stdout).not.toContain("s3cret");
});

test("annotations of a workflow are escaped, and stay one line each", async () => {
  await using folder = await folderWith("");
  const name = "a,b:c%.md";
  await writeFile(join(folder.path, name), "![a%0A::error::x](http://img.shields.io/npm/v/a)\n");
  const ran = await runBoard(["lint", "--output", "github", name], { cwd: folder.path });
  expect(ran).toMatchObject({ code: 1, stderr: "" });
  expect(ran.stdout).toBe(
    "::warning file=a%2Cb%3Ac%25.md,line=1,col=19,title=http::an address with http: can be changed on its way, and browsers block or replace it" +
      "%0AUse instead: ![a%250A::error::x](https://img.shields.io/npm/v/a)\n",
  );
});

test("a page that is not there is no repository on GitHub either", async () => {
  const ran = await runBoard(["lint", "docs/README.md"], { cwd: tmpdir() });
  expect(ran).toEqual({
    code: 1,
    stdout: "",
    stderr:
      '"docs/README.md" is no page and no repository: expected a file, a folder, owner/name, or an address on github.com.\n',
  });
});
