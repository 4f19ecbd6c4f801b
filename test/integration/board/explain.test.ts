import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { explain } from "../../../board/explain.ts";
import { twoPart } from "../../support/board-badges.ts";
import { answering, startBoardServer } from "../../support/board-server.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

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
  const run = (...args: string[]) =>
    new Promise<string>((resolve) => {
      const command = ["board/main.ts", "explain", ...args];
      execFile(process.execPath, command, { cwd: ROOT }, (_error, stdout) => resolve(stdout));
    });
  const source = `${outer.origin}/a.svg`;
  expect(await run(source)).toContain(`--allow-private ${inner.host}`);
  expect(await run("--allow-private", inner.host, source)).toContain('"state":"passing"');
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
