import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseEvery } from "../../../board/watch/every.ts";
import { repeat } from "../../../board/watch/repeat.ts";
import { twoPart } from "../../support/board-badges.ts";
import { answering, type BoardServer, startBoardServer } from "../../support/board-server.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** The board's command line as a process of its own, whose lines can be waited for. */
function start(...args: string[]) {
  const child = spawn(process.execPath, ["board/main.ts", ...args], { cwd: ROOT });
  const said: string[] = [];
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      said.push(line);
      for (const listener of listeners) listener();
    });
  }
  const exit = once(child, "exit");
  return {
    /** Resolves with the first line that matches; rejects if the process ends before. */
    line: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const look = () => {
          const found = said.find((line) => pattern.test(line));
          if (found !== undefined) resolve(found);
        };
        listeners.add(look);
        look();
        exit.then(() => reject(new Error(`No line like ${pattern} in: ${said.join("\n")}`)));
      }),
    end: async (signal: NodeJS.Signals = "SIGTERM") => {
      child.kill(signal);
      const [code] = (await exit) as [number | null];
      return code;
    },
    exit: async () => [((await exit) as [number | null])[0], said] as const,
  };
}

const configFor = ({ origin, host }: BoardServer) => `
title: Watched
allowPrivate: ["${host}"]
groups:
  - name: G
    badges:
      - label: unit
        badge: ${origin}/unit.svg
`;

async function folderWith(server: BoardServer) {
  const folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const config = join(folder.path, "badges.yaml");
  await writeFile(config, configFor(server));
  const [state, out] = [join(folder.path, "state.json"), join(folder.path, "site")];
  const args = ["--config", config, "--state", state, "--out", out];
  return { config, state, out, args, [Symbol.asyncDispose]: () => folder.remove() };
}

test("watch collects, builds and serves at once, and ends with the first signal", async () => {
  await using server = await startBoardServer({
    "/unit.svg": answering(twoPart("unit", "passing")),
  });
  await using folder = await folderWith(server);
  const watched = start("watch", "--every", "10s", "--port", "0", ...folder.args);
  const [, url = ""] = /(http:\S+)/u.exec(await watched.line(/The board is at/u)) ?? [];
  expect(await watched.line(/badges read/u)).toMatch(/ UTC: 1 of 1 badges read, all passing$/u);
  expect(await (await fetch(url)).text()).toContain("Watched");
  expect(await watched.end("SIGINT")).toBe(0);
});

test("watch says what is wrong with a configuration that was changed, and goes on", async () => {
  await using server = await startBoardServer({
    "/unit.svg": answering(twoPart("unit", "passing")),
  });
  await using folder = await folderWith(server);
  const watched = start("watch", "--every", "10s", ...folder.args);
  await watched.line(/1 of 1 badges read/u);
  await writeFile(folder.config, "title: 5\n");
  await watched.line(/in .*badges\.yaml/u);
  await writeFile(folder.config, configFor(server).replace("Watched", "Mended"));
  await expect.poll(() => readFile(folder.state, "utf8"), { timeout: 25_000 }).toContain("Mended");
  expect(await watched.end()).toBe(0);
}, 60_000);

test("watch does not begin with a configuration that cannot be used", async () => {
  await using server = await startBoardServer({});
  await using folder = await folderWith(server);
  await writeFile(folder.config, "title: 5\n");
  const [code, said] = await start("watch", ...folder.args).exit();
  expect(code).toBe(2);
  expect(said.join("\n")).toMatch(/problems? in .*badges\.yaml/u);
});

test.each([
  [["watch", "--every", "1s"], /expected a time from 10s to 24h/u],
  [["serve", "--port", "70000"], /expected a port from 0 to 65535/u],
  [
    ["serve", "--out", "/nowhere"],
    /There is no board in \/nowhere\. Run "npm run board -- build"/u,
  ],
])("%j is refused", async (args, message) => {
  const [code, said] = await start(...args).exit();
  expect(code).not.toBe(0);
  expect(said.join("\n")).toMatch(message);
});

test("serve serves what was built until it is interrupted", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  await writeFile(join(folder.path, "index.html"), "<p>built");
  const served = start("serve", "--port", "0", "--out", folder.path);
  const [, url = ""] = /(http:\S+)/u.exec(await served.line(/The board is at/u)) ?? [];
  expect(await (await fetch(url)).text()).toBe("<p>built");
  expect(await served.end()).toBe(0);
});

describe("rounds", () => {
  test("never overlap, follow each other at once where one is late, and go on after a failure", async () => {
    const ended = new AbortController();
    const events: string[] = [];
    let count = 0;
    await repeat(
      async () => {
        count += 1;
        events.push(`begin ${count}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        events.push(`end ${count}`);
        if (count === 3) ended.abort();
        if (count === 2) throw new Error("no network");
      },
      {
        everyMs: 1,
        signal: ended.signal,
        failed: (error) => events.push(String(error)),
      },
    );
    expect(events).toEqual([
      ...["begin 1", "end 1", "begin 2", "end 2", "Error: no network", "begin 3", "end 3"],
    ]);
  });

  test.each([
    ["10s", 10_000],
    ["5m", 300_000],
    ["24h", 86_400_000],
    ["9s", undefined],
    ["25h", undefined],
    ["5", undefined],
    ["-5m", undefined],
    ["5 m", undefined],
    ["", undefined],
  ])("%j is an interval of %s ms", (text, ms) => {
    expect(parseEvery(text)).toBe(ms);
  });
});
