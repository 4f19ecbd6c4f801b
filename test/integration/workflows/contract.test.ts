import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { liberties, unpinned } from "./contract.ts";
import { actionFiles, pages, ROOT, testWorkflowFiles, workflowFiles } from "./definitions.ts";

const workflows = [...(await workflowFiles()), ...(await testWorkflowFiles())];
const actions = await actionFiles();
const documents = await pages();
const read = (file: string) => readFile(join(ROOT, file), "utf8");
const sha = "08c6903cd8c0fde910a37f88322edcfb5dd907a8";

test("there are workflows, actions and pages", () => {
  expect(workflows).toContain(".github/workflows/ci.yml");
  expect(actions).toContain("action.yml");
  expect(documents).toEqual(expect.arrayContaining(["README.md", "docs/using.md"]));
});

describe("every action that is used is pinned by its commit, with its version in a comment", () => {
  test.each([...workflows, ...actions])("in %s", async (file) => {
    expect(unpinned(await read(file))).toEqual([]);
  });

  test.each(documents)("in the examples of %s", async (file) => {
    expect(unpinned(await read(file), { isPage: true })).toEqual([]);
  });

  test.each([
    [`- uses: a/b@${sha} # v5.0.0`, []],
    [`- uses: a/b/c@${sha} # 5`, []],
    ["- uses: ./", []],
    ["- uses: ./action", []],
    [`- uses: docker://alpine@sha256:${"0".repeat(64)}`, []],
    ["run: this uses no colon", []],
    [`- uses: a/b@${sha}`, [`1: a/b@${sha}`]],
    [`- uses: a/b@${sha} # newest`, [`1: a/b@${sha}`]],
    [`- uses: a/b@${sha.slice(1)} # v5`, [`1: a/b@${sha.slice(1)}`]],
    ["steps:\n  - uses: a/b@v5 # v5", ["2: a/b@v5"]],
    [`- { uses: "a/b@main" }`, ["1: a/b@main"]],
    ["- uses: docker://alpine:3", ["1: docker://alpine:3"]],
    ["- uses: pystol/pystol@v1", ["1: pystol/pystol@v1"]],
  ])("%j: %j", (text, expected) => {
    expect(unpinned(text)).toEqual(expected);
  });

  test("of a page the examples count, and our own action may have its version there", () => {
    const page =
      "`uses: a/b@v1` is bad\n```yaml\n- uses: a/b@v1\n- uses: OWNER/REPO/action@v1\n```\n- uses: a/b@v2";
    expect(unpinned(page, { isPage: true })).toEqual(["3: a/b@v1"]);
  });
});

describe("every workflow takes the least", () => {
  test.each(workflows)("%s", async (file) => {
    expect(liberties(await read(file))).toEqual([]);
  });

  const job = (lines: string) => `permissions: {}\njobs:\n  a:\n    ${lines}`;
  test.each([
    [job("steps: [{ run: x }]"), []],
    ["permissions: { contents: read }", []],
    ["on: push", ["permissions: not named one by one"]],
    ["permissions: read-all", ["permissions: not named one by one"]],
    ["permissions: { contents: write }", ["permissions: more than reading for every job"]],
    [job("permissions: write-all"), ["a: permissions not named one by one"]],
    [job("permissions: { pull-requests: write }"), []],
    [job("steps: [{ uses: actions/checkout@v5 }]"), ["a: a checkout keeps its credentials"]],
    [
      job("steps: [{ uses: actions/checkout@v5, with: { persist-credentials: true } }]"),
      ["a: a checkout keeps its credentials"],
    ],
    [job("steps: [{ uses: actions/checkout@v5, with: { persist-credentials: false } }]"), []],
  ])("%j: %j", (text, expected) => {
    expect(liberties(text)).toEqual(expected);
  });
});
