import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { drawBadge } from "../../../board/explain/draw-badge.ts";
import { explain } from "../../../board/explain/explain.ts";
import { twoPart } from "../../support/board-badges.ts";
import { answering, startBoardServer } from "../../support/board-server.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

function run(...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const command = ["board/main.ts", "explain", ...args];
    execFile(process.execPath, command, { cwd: ROOT }, (_error, stdout) => resolve(stdout));
  });
}

test.each([
  ["file:///etc/hostname", '"file:"'],
  ["file:badge.svg", '"file:"'],
  ["ftp://ci.example/badge.svg", '"ftp:"'],
])("%s is no source, and the rule says what is", async (source, scheme) => {
  expect(await explain(source)).toMatchObject({
    wasRead: false,
    explanation: {
      source,
      rule: `unreadable: it begins with ${scheme}, expected a file name or an http(s) URL`,
    },
  });
});

test("a pipe is refused at once, although nobody writes to it", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const pipe = join(folder.path, "pipe");
  await promisify(execFile)("mkfifo", [pipe]);
  expect((await explain(pipe)).explanation).toMatchObject({
    state: "unknown",
    rule: "unreadable: it is a pipe, socket or device, expected a file",
  });
});

test("a user and password in a URL are not repeated", async () => {
  await using server = await startBoardServer({ "/a.svg": answering(twoPart("docs", "passing")) });
  const { explanation } = await explain(`http://user:se@cret@${server.host}/a.svg`);
  expect(explanation).toMatchObject({
    source: `http://***@${server.host}/a.svg`,
    state: "passing",
  });
  const broken = await explain("https://user:se@cret@[bad/a.svg");
  expect(JSON.stringify(broken)).not.toMatch(/se@|cret/u);
});

test("a redirect to a private address is followed where --allow-private names it", async () => {
  await using inner = await startBoardServer({ "/b.svg": answering(twoPart("docs", "passing")) });
  await using outer = await startBoardServer({
    "/a.svg": (_request, response) => {
      response.writeHead(302, { location: `${inner.origin}/b.svg` }).end();
    },
  });
  const source = `${outer.origin}/a.svg`;
  expect(await run(source)).toContain(`--allow-private ${inner.host}`);
  expect(await run("--output", "json", "--allow-private", inner.host, source)).toContain(
    '"state":"passing"',
  );
});

test("the query of a URL, which may hold a token, is in no output", async () => {
  await using server = await startBoardServer({ "/a.svg": answering(twoPart("docs", "passing")) });
  const source = `${server.origin}/a.svg?token=hush`;
  for (const form of ["text", "json"]) {
    const told = await run("--output", form, source);
    expect(told).toContain(`${server.origin}/a.svg?…`);
    expect(told).not.toContain("hush");
  }
});

test("people are told the state, the rule, how sure it is and what does not go together", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const file = join(folder.path, "a.svg");
  await writeFile(file, twoPart("build", "passing", "#e05d44"));
  expect(await run(file)).toBe(
    [
      file,
      "  state       passing",
      "  label       build",
      "  message     passing",
      '  rule        text: the word "passing"',
      "  confidence  50 %",
      '  conflict    passing (text: the word "passing") on red (#e05d44)',
      "  color       #e05d44",
      "",
      "",
    ].join("\n"),
  );
});

test("control characters in the name of a file do not reach the terminal", async () => {
  expect(await run("no\u001b[31msuch\u0007file")).toMatch(/^no\ufffd\[31msuch\ufffdfile\n/u);
});

test("a terminal is shown the badge in its colours, unless it has none", () => {
  const reading = {
    state: "passing",
    label: "build",
    message: "passing",
    rule: "",
    confidence: 1,
  } as const;
  const color = "#44cc11";
  expect(drawBadge({ ...reading, color }, 24)).toContain("\u001b[48;2;68;204;17m");
  expect(drawBadge({ ...reading, color }, 8)).toContain("\u001b[48;5;76m");
  expect(drawBadge({ ...reading, color }, 1)).toBeUndefined();
  expect(drawBadge({ ...reading, message: "", color }, 24)).toBeUndefined();
});

test("--config reads a badge as the configuration says", async () => {
  await using server = await startBoardServer({ "/a.svg": answering(twoPart("docs", "rutabaga")) });
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const config = join(folder.path, "badges.yaml");
  const badge = `${server.origin}/a.svg`;
  const entry = { label: "docs", badge, map: { Rutabaga: "warning" } };
  await writeFile(config, JSON.stringify({ groups: [{ name: "all", badges: [entry] }] }));
  expect(await run(badge)).toMatch(/state {7}unknown/u);
  expect(await run("--config", config, badge)).toMatch(/state {7}warning/u);
});

test("a reader that leaves early is no failure to tell of", async () => {
  const missing = Array.from({ length: 2000 }, (_, at) => `missing-${at}.svg`);
  const child = spawn(process.execPath, ["board/main.ts", "explain", ...missing], { cwd: ROOT });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  await once(child.stdout, "data");
  child.stdout.destroy();
  await once(child, "close");
  expect(stderr).toBe("");
});
