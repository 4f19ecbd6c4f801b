import { execFile } from "node:child_process";
import { mkdtempDisposable, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startSampleBadges } from "../../../board/sample/serve-sample.ts";
import { svg, twoPart } from "../../support/board-badges.ts";
import { answering, closedPort, startBoardServer } from "../../support/board-server.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the board's command line in its own process. */
function board(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["board/main.ts", ...args],
      { cwd: ROOT },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      },
    );
  });
}

const lines = (ran: Ran) =>
  ran.stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));

test("explain prints one object a line where JSON is asked for, for files and addresses, and exits 0 also for unknown", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const file = join(folder.path, "a.svg");
  const other = join(folder.path, "b.svg");
  await writeFile(file, twoPart("build", "3 failing"));
  await writeFile(other, svg("<text>rutabaga</text>"));
  await using server = await startBoardServer({ "/c.svg": answering(twoPart("docs", "passing")) });
  const ran = await board("explain", "--output", "json", file, other, `${server.origin}/c.svg`);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(lines(ran)).toEqual([
    {
      source: file,
      state: "failing",
      label: "build",
      message: "3 failing",
      rule: 'text: the words "3 failing"',
      confidence: 0.8,
      color: "#9f9f9f",
    },
    {
      source: other,
      state: "unknown",
      label: "",
      message: "rutabaga",
      rule: "none: the words are not a status that we know",
      confidence: 0,
    },
    {
      source: `${server.origin}/c.svg`,
      state: "passing",
      label: "docs",
      message: "passing",
      rule: 'text: the word "passing"',
      confidence: 1,
      color: "#9f9f9f",
    },
  ]);
});

test("explain says why a source could not be read, goes on with the others and exits 1", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const file = join(folder.path, "a.svg");
  await writeFile(file, twoPart("build", "passing"));
  const missing = join(folder.path, "missing.svg");
  const dead = `http://127.0.0.1:${await closedPort()}/a.svg`;
  const ran = await board(
    "explain",
    "--output",
    "json",
    missing,
    folder.path,
    dead,
    "https://[bad",
    file,
  );
  expect(ran.code).toBe(1);
  expect(lines(ran)).toEqual([
    {
      source: missing,
      state: "unknown",
      label: "",
      message: "",
      rule: "unreadable: there is no such file",
      confidence: 0,
    },
    {
      source: folder.path,
      state: "unknown",
      label: "",
      message: "",
      rule: "unreadable: it is a folder, expected a file",
      confidence: 0,
    },
    {
      source: dead,
      state: "unknown",
      label: "",
      message: "",
      rule: expect.stringMatching(/^unreadable: .*refused the connection$/u),
      confidence: 0,
    },
    {
      source: "https://[bad",
      state: "unknown",
      label: "",
      message: "",
      rule: "unreadable: it is not a valid URL",
      confidence: 0,
    },
    {
      source: file,
      state: "passing",
      label: "build",
      message: "passing",
      rule: expect.any(String),
      confidence: 1,
      color: "#9f9f9f",
    },
  ]);
});

test("explain reads no more of a large file than a badge may have", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const file = join(folder.path, "large.svg");
  await writeFile(file, Buffer.alloc(50_000_000, "<svg>passing"));
  const ran = await board("explain", "--output", "json", file);
  expect(ran.code).toBe(0);
  expect(lines(ran)).toMatchObject([
    { state: "unknown", rule: expect.stringMatching(/^size: more than 256 KiB/u) },
  ]);
});

test.each([
  [["explain"], "missing required argument 'source'"],
  [["paint"], "unknown command 'paint'"],
  [["build", "--colour"], "unknown option '--colour'"],
  [["collect", "--config", "nowhere.yaml"], "Cannot read nowhere.yaml: there is no such file."],
])("%j is a mistake of usage: exit 2", async (args, message) => {
  const ran = await board(...args);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(message);
  expect(ran.stdout).toBe("");
});

test("collect and build make the page from a configuration file, and building again writes nothing", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  await using sample = await startSampleBadges();
  const [config, state, out] = ["badges.yaml", "state.json", "site"].map((name) =>
    join(folder.path, name),
  );
  if (config === undefined || state === undefined || out === undefined) throw new Error("no paths");
  await writeFile(config, JSON.stringify({ groups: sample.config.groups })); // JSON is YAML
  const host = new URL(sample.origin).host;
  const collected = await board(
    "collect",
    "--config",
    config,
    "--state",
    state,
    "--allow-private",
    host,
  );
  expect(collected).toMatchObject({ code: 0, stdout: `14 of 15 badges read into ${state}\n` });
  expect(collected.stderr).toMatch(/^no reading of .*: it broke the connection\n$/u);
  const built = await board("build", "--state", state, "--out", out);
  expect(built).toMatchObject({
    code: 0,
    stdout: `1 failing: ${join(out, "index.html")}\n`,
    stderr: "",
  });
  expect(await readFile(join(out, "index.html"), "utf8")).toMatch(
    /^<!doctype html>\n<html lang="en" dir="ltr">/u,
  );
  const { mtimeMs } = await stat(join(out, "board.js"));
  await board("build", "--state", state, "--out", out);
  expect((await stat(join(out, "board.js"))).mtimeMs).toBe(mtimeMs);
});

test("build without a state says what to run", async () => {
  const ran = await board("build", "--state", "/nowhere/state.json");
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toBe(
    'There is no /nowhere/state.json. Run "npm run board -- collect" first.\n',
  );
});

test.each(["constructor", "no-such-command"])(
  "%s is no command, and the help is named",
  async (name) => {
    const ran = await board(name);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(new RegExp(`unknown command '${name}'.*--help`, "su"));
  },
);
