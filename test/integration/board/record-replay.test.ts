import { execFile } from "node:child_process";
import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { collectBoard } from "../../../board/collect/collect-board.ts";
import { secretForms } from "../../../board/collect/tokens.ts";
import { type BoardConfig, DEFAULTS } from "../../../board/config/config.ts";
import { Recorder } from "../../../board/record/recorder.ts";
import { parseRecording, type Recording } from "../../../board/record/recording.ts";
import { replay } from "../../../board/record/replay.ts";
import type { BoardState } from "../../../board/state/board-state.ts";
import { readState } from "../../../board/state/state-file.ts";
import { twoPart } from "../../support/board-badges.ts";
import { answering, closedPort, startBoardServer } from "../../support/board-server.ts";
import { actionOf, reportOf } from "../../support/board-state.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SECRETS = ["s3cret-in-query", "us3r-t0ken", "ghp_s3cret", "p4ssword-in-address"];
const [inQuery, userToken, apiToken, password] = SECRETS;

/** A board with all that a recording has to keep, and all that it has to leave out. */
async function world() {
  const folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const results = join(folder.path, "results.json");
  await writeFile(results, JSON.stringify(reportOf([actionOf()])));
  const workflow = "/o/r/actions/workflows/ci.yml/badge.svg";
  const run = {
    ...{ status: "completed", conclusion: "cancelled", name: "CI" },
    head_commit: { author: { email: "mona@example.org" } },
  };
  const json = { "content-type": "application/json" };
  const server = await startBoardServer({
    "/a.svg": (request, response) => {
      const branch = new URL(request.url ?? "", "http://x").searchParams.get("branch");
      answering(twoPart(`build ${branch}`, branch === "main" ? "passing" : "failing"), {
        "set-cookie": "session=1",
        etag: '"v1"',
      })(request, response);
    },
    "/echo.svg": (request, response) => {
      const token = new URL(request.url ?? "", "http://x").searchParams.get("session");
      response.end(twoPart("docs", `passing ${token}`));
    },
    "/moved.svg": answering("", { location: `/a.svg?branch=main&key=${inQuery}` }, 302),
    "/binary.svg": answering(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe])),
    "/late.svg": answering("", { "retry-after": "600" }, 429),
    [workflow]: answering(twoPart("CI", "failing")),
    "/api/v3/repos/o/r": answering('{"default_branch":"trunk"}', json),
    "/api/v3/repos/o/r/actions/workflows/ci.yml/runs": answering(
      JSON.stringify({ workflow_runs: [run] }),
      json,
    ),
  });
  const late = await startBoardServer({
    "/late.svg": answering("", { "retry-after": "600" }, 429),
  });
  const badges = [
    `${server.origin}/a.svg?branch=main`,
    `${server.origin}/a.svg?branch=dev`,
    `${server.origin}/echo.svg?session=${inQuery}`,
    `${server.origin}/moved.svg`,
    `${server.origin}/binary.svg`,
    `${late.origin}/late.svg`,
    `http://127.0.0.1:${await closedPort()}/gone.svg`,
    `http://user:${password}@${server.host}/a.svg?branch=main&job=unit`,
    server.origin + workflow,
  ];
  const config: BoardConfig = {
    ...DEFAULTS,
    allowPrivate: ["127.0.0.1"],
    github: { variable: "GH", api: `${server.origin}/api/v3` },
    tokens: [{ host: server.host, variable: "CI", as: { header: "private-token" } }],
    results: [results],
    groups: [
      { name: "G", badges: badges.map((badge, at) => ({ label: `tile ${at}`, badge })) },
      { name: "H", badges: [{ label: "twin", badge: badges[0] ?? "", twin: badges[1] ?? "" }] },
    ],
    widgets: [{ kind: "picture", file: join(folder.path, "logo.png"), alt: "logo" }],
  };
  return {
    config,
    folder: folder.path,
    environment: { CI: userToken, GH: apiToken },
    async [Symbol.asyncDispose]() {
      await Promise.all([server, late].map((one) => one[Symbol.asyncDispose]()));
      await folder.remove();
    },
  };
}

async function recorded(): Promise<{ recording: Recording; state: BoardState; folder: string }> {
  await using board = await world();
  const { config, environment, folder } = board;
  const secrets = [userToken, apiToken].flatMap((token) => secretForms(token ?? ""));
  const recorder = new Recorder(config, secrets);
  const summary = await collectBoard({
    config,
    environment,
    statePath: join(folder, "state.json"),
    isFresh: true,
    through: (answers) => recorder.through(answers),
  });
  return { recording: recorder.recording(summary, true), state: summary.state, folder };
}

const readingsOf = ({ badges }: BoardState) =>
  Object.values(badges).map(({ reading, problem }) => ({
    state: reading?.state,
    message: reading?.message,
    conflict: reading?.conflict,
    reason: problem?.reason,
  }));

describe("a recording", () => {
  test("gives the same readings again, without a network and with the same bytes each time", async () => {
    const { recording, state } = await recorded(); // the servers are gone by now
    await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
    const file = JSON.stringify(recording);
    const paths = ["one.json", "two.json"].map((name) => join(folder.path, name));
    await writeFile(paths[1] ?? "", "what was there before");
    for (const path of paths) await replay(parseRecording(file, "r.json"), path);
    const [one = "", two = ""] = paths;
    const replayed = await readState(one);
    if (replayed === undefined) throw new Error("no state was written");
    const masked = (text: string | undefined) => text?.replace(inQuery ?? "", "***");
    expect(readingsOf(replayed)).toEqual(
      readingsOf(state).map((reading) => ({ ...reading, message: masked(reading.message) })),
    );
    expect(readingsOf(replayed).map((reading) => reading.state)).toEqual([
      ...["passing", "failing", "unknown", "passing", "unknown", undefined, undefined],
      ...["passing", "cancelled", "failing"],
    ]);
    expect(replayed.waiting).toEqual(state.waiting);
    expect(replayed.results).toMatchObject([
      { source: "results.json", report: { schemaVersion: 1 } },
    ]);
    expect(replayed.collectedAt).toBe(state.collectedAt);
    expect(await readFile(one, "utf8")).toBe(await readFile(two, "utf8"));
  });

  test("holds no secret, no cookie, nobody's address and no path of this machine", async () => {
    const { recording, folder } = await recorded();
    const text = JSON.stringify(recording);
    for (const secret of [...SECRETS, btoa(userToken ?? "")]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/set-cookie|session=1|mona@example\.org/u);
    expect(text).not.toContain(folder);
    expect(text).toContain("branch=dev");
    expect(text).toContain("session=r1");
  });

  test("that is none is refused with the path of what is wrong", () => {
    expect(() => parseRecording("{", "r.json")).toThrow(
      'r.json is no recording of a board: it is not valid JSON. Make one with "npm run board -- record FILE".',
    );
    expect(() => parseRecording('{"pystolRecording":2}', "r.json")).toThrow(/is no recording/u);
  });

  test("with an address that no browser may follow is refused", async () => {
    const { recording } = await recorded();
    const hostile = { badge: "javascript:alert(1)", label: "x" };
    const config = { ...recording.config, groups: [{ name: "G", badges: [hostile] }] };
    expect(() => parseRecording(JSON.stringify({ ...recording, config }), "r.json")).toThrow(
      /config\/groups\/0\/badges\/0\/badge must match pattern/u,
    );
  });
});

test.each([
  ["an address is no URL", { config: { github: { variable: "GH", api: "https://[" } } }],
  ["an address is no URL", { exchanges: [{ address: "https://[" }] }],
  ["a time does not exist", { recordedAt: "2026-99-99T08:00:00.000Z" }],
  ["a time does not exist", { waiting: { x: "2026-99-99T08:00:00.000Z" } }],
  [
    "a pause has no end",
    {
      exchanges: [
        {
          address: "https://ci.example/",
          problem: { reason: "", isOfHost: true, pausedUntil: 1e300 },
        },
      ],
    },
  ],
] as ReadonlyArray<readonly [string, { readonly config?: object }]>)(
  "a recording in which %s is refused: %j",
  (reason, parts) => {
    const {
      tokens: _tokens,
      notify: _notify,
      results,
      allowPrivate: _allowed,
      ...config
    } = DEFAULTS;
    const empty = { pystolRecording: 1, recordedAt: "2026-11-23T08:00:00.000Z", usesApi: false };
    const lists = { waiting: {}, exchanges: [], results };
    const whole = { ...empty, ...lists, ...parts, config: { ...config, ...parts.config } };
    expect(() => parseRecording(JSON.stringify({ ...empty, ...lists, config }), "r")).not.toThrow();
    expect(() => parseRecording(JSON.stringify(whole), "r")).toThrow(
      `r is no recording of a board: ${reason}.`,
    );
  },
);

test("record and replay are commands", async () => {
  await using server = await startBoardServer({ "/a.svg": answering(twoPart("CI", "passing")) });
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const [config = "", state = "", file = "", again = ""] = [
    "c.yaml",
    "s.json",
    "r.json",
    "t.json",
  ].map((name) => join(folder.path, name));
  const badges = [{ label: "CI", badge: `${server.origin}/a.svg?token=${inQuery}` }];
  await writeFile(config, JSON.stringify({ groups: [{ name: "G", badges }] }));
  const board = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        ["board/main.ts", ...args],
        { cwd: ROOT },
        (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
    });
  const allowed = ["--allow-private", server.host];
  const ran = await board("record", file, "--config", config, "--state", state, ...allowed);
  expect(ran).toMatchObject({
    code: 0,
    stdout: `1 of 1 badges read into ${state}\n1 answers recorded in ${file}\n`,
  });
  expect(await readFile(file, "utf8")).not.toContain(inQuery);
  expect(await board("replay", file, "--state", again)).toMatchObject({
    code: 0,
    stdout: `1 of 1 badges read into ${again}\n`,
    stderr: "",
  });
  expect(server.requests).toHaveLength(1);
  expect(await board("replay", join(folder.path, "none.json"))).toMatchObject({
    code: 1,
    stderr: `Cannot read ${join(folder.path, "none.json")}: there is no such file.\n`,
  });
});
