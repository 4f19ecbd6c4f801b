import { describe, expect, test } from "vitest";
import { collectBoard } from "../../../board/collect/collect-board.ts";
import type { BoardConfig } from "../../../board/config/config.ts";
import { twoPart } from "../../support/board-badges.ts";
import {
  type CollectHow,
  collect,
  collections,
  configOf,
  only,
} from "../../support/board-collect.ts";
import {
  answering,
  type BoardServer,
  type Respond,
  startBoardServer,
} from "../../support/board-server.ts";

const TOKEN = "ghp_s3cret0123";
const HOW: CollectHow = { environment: { GITHUB_TOKEN: TOKEN } };
const BADGE = "/o/r/actions/workflows/ci.yml/badge.svg";
const RUNS = "/api/v3/repos/o/r/actions/workflows/ci.yml/runs";

const json = (value: unknown): Respond =>
  answering(JSON.stringify(value), { "content-type": "application/json; charset=utf-8" });
const run = (status: string, conclusion: string | null, parts: object = {}) => ({
  status,
  conclusion,
  name: "CI",
  html_url: "https://github.com/o/r/actions/runs/7",
  run_started_at: "2026-11-23T07:00:00Z",
  actor: { login: "mona" },
  head_commit: { author: { email: "mona@example.org" } },
  repository: { id: 1 },
  head_repository: { id: 1 },
  ...parts,
});
const runsOf = (...runs: object[]) => json({ total_count: runs.length, workflow_runs: runs });

/** A GitHub on loopback, its pages and its API on one host like GitHub Enterprise Server's. */
const gitHub = (routes: Readonly<Record<string, Respond>>) =>
  startBoardServer({ "/api/v3/repos/o/r": json({ default_branch: "trunk" }), ...routes });

const configFor = (server: BoardServer, badge = BADGE): BoardConfig =>
  configOf([server.origin + badge], {
    github: { variable: "GITHUB_TOKEN", api: `${server.origin}/api/v3` },
  });

const apiRequests = ({ requests }: BoardServer) =>
  requests.filter(({ url }) => url?.startsWith("/api/"));

describe("a workflow's badge with a token", () => {
  test("is read from the newest run of the default branch", async () => {
    await using server = await gitHub({
      [BADGE]: answering(twoPart("CI", "failing")),
      [RUNS]: runsOf(run("completed", "cancelled"), run("completed", "failure")),
    });
    const record = only(await collect(configFor(server), HOW));
    expect(record.reading).toMatchObject({
      state: "cancelled",
      label: "CI",
      message: "cancelled",
      rule: 'api: GitHub says that the newest run on trunk is "cancelled"',
      confidence: 1,
      ranAt: "2026-11-23T07:00:00.000Z",
      run: "https://github.com/o/r/actions/runs/7",
      by: "mona",
    });
    expect(record.reading).not.toHaveProperty("conflict");
    const asked = apiRequests(server).map(({ url }) => new URL(url ?? "", server.origin));
    expect(asked.at(-1)?.searchParams.get("branch")).toBe("trunk");
    expect(apiRequests(server).map(({ headers }) => headers.authorization)).toEqual(
      asked.map(() => `token ${TOKEN}`),
    );
    expect(server.requests.find(({ url }) => url === BADGE)?.headers).not.toHaveProperty(
      "authorization",
    );
  });

  test("is read from its own branch and event", async () => {
    await using server = await gitHub({
      [BADGE]: answering(twoPart("CI", "passing")),
      [RUNS]: runsOf(run("in_progress", null), run("completed", "success")),
    });
    const config = configFor(server, `${BADGE}?branch=release%2F1&event=push`);
    expect(only(await collect(config, HOW)).reading).toMatchObject({
      state: "running",
      rule: 'api: GitHub says that the newest run on release/1 for push is "in progress"',
    });
    const [asked, ...others] = apiRequests(server).map(
      ({ url }) => new URL(url ?? "", server.origin),
    );
    expect(others).toEqual([]);
    expect(Object.fromEntries(asked?.searchParams ?? [])).toMatchObject({
      branch: "release/1",
      event: "push",
    });
  });

  test("of the old form is found by the workflow's name, which has to be the only one", async () => {
    const workflows = (...names: string[]) =>
      json({ workflows: names.map((name, id) => ({ id, name, path: `.github/${id}.yml` })) });
    const old = "/o/r/workflows/Unit%20tests/badge.svg";
    const routes = {
      [old]: answering(twoPart("Unit tests", "passing")),
      "/api/v3/repos/o/r/actions/workflows/1/runs": runsOf(run("completed", "success")),
    };
    const list = "/api/v3/repos/o/r/actions/workflows";
    await using one = await gitHub({ ...routes, [list]: workflows("Docs", "Unit tests") });
    expect(only(await collect(configFor(one, old), HOW)).reading).toMatchObject({
      state: "passing",
      by: "mona",
    });
    await using two = await gitHub({ ...routes, [list]: workflows("Unit tests", "Unit tests") });
    expect(only(await collect(configFor(two, old), HOW)).reading?.rule).toMatch(
      /without GitHub's API: more than one workflow has this name$/u,
    );
  });

  test.each([
    ["passing", "failure", "failing", 'badge against API: "passing" against "failing"'],
    ["failing", "success", "failing", 'badge against API: "failing" against "passing"'],
  ])(
    "that says %s against %s is %s, and the conflict is told",
    async (says, came, state, conflict) => {
      await using server = await gitHub({
        [BADGE]: answering(twoPart("CI", says)),
        [RUNS]: runsOf(run("completed", came)),
      });
      expect(only(await collect(configFor(server), HOW)).reading).toMatchObject({
        state,
        conflict,
      });
    },
  );

  test.each([
    [403, "it answered 403"],
    [404, "it answered 404"],
    [500, "it answered 500"],
  ])("is read by itself where the API answers %i", async (status, why) => {
    await using server = await gitHub({
      [BADGE]: answering(twoPart("CI", "passing")),
      [RUNS]: answering('{"message":"no"}', { "content-type": "application/json" }, status),
    });
    const record = only(await collect(configFor(server), HOW));
    expect(record.reading?.state).toBe("passing");
    expect(record.reading?.rule.endsWith(`; without GitHub's API: ${why}`)).toBe(true);
    expect(record).not.toHaveProperty("problem");
  });

  test("of a private repository is read from the API alone", async () => {
    await using server = await gitHub({ [RUNS]: runsOf(run("completed", "success")) });
    expect(only(await collect(configFor(server), HOW)).reading).toMatchObject({
      state: "passing",
      label: "CI",
    });
  });

  test("is not believed to pass where no run stands behind it", async () => {
    await using server = await gitHub({
      [BADGE]: answering(twoPart("CI", "passing")),
      [RUNS]: runsOf(run("completed", "success", { head_repository: { id: 2 } })),
    });
    expect(only(await collect(configFor(server), HOW)).reading).toMatchObject({
      state: "unknown",
      conflict: 'badge against API: "passing" against no run on trunk',
    });
  });

  test("asks whether anything changed, keeps what it uses and nothing else", async () => {
    const unchanged =
      (respond: Respond): Respond =>
      (request, response) => {
        response.setHeader("etag", 'W/"1"');
        if (request.headers["if-none-match"] === 'W/"1"') response.writeHead(304).end();
        else respond(request, response);
      };
    await using server = await startBoardServer({
      "/api/v3/repos/o/r": unchanged(json({ default_branch: "trunk", owner: { id: 1 } })),
      [BADGE]: unchanged(answering(twoPart("CI", "passing"))),
      [RUNS]: unchanged(runsOf(run("completed", "success"))),
    });
    await using board = await collections(configFor(server), HOW);
    const first = await board.at(0);
    const second = await board.at(1);
    await board.at(2);
    const asked = server.requests.slice(3).map(({ headers }) => headers["if-none-match"]);
    expect(asked).toEqual(Array.from({ length: 6 }, () => 'W/"1"'));
    expect(only(second).reading).toEqual({
      ...only(first).reading,
      readAt: "2026-11-23T08:01:00.000Z",
    });
    expect(only(second).inARow).toBe(2);
    expect(JSON.stringify(second)).not.toContain("mona@example.org");
    expect(JSON.stringify(second)).not.toContain(TOKEN);
  });

  test("spares an API whose limit is used up", async () => {
    const reset = String(Date.parse("2026-11-23T08:30:00Z") / 1000);
    await using api = await gitHub({
      [RUNS]: answering("{}", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset }, 403),
    });
    await using board = await collections(configFor(api), HOW);
    expect((await board.at(0)).waiting).toEqual({ [api.host]: "2026-11-23T08:30:00.000Z" });
    const before = api.requests.length;
    await board.at(29);
    expect(api.requests).toHaveLength(before);
  });
});

test("without a token, and where a configuration says what messages mean, the API is not asked", async () => {
  await using server = await gitHub({ [BADGE]: answering(twoPart("CI", "passing")) });
  const config = configFor(server);
  expect(only(await collect(config)).reading).toMatchObject({ state: "passing" });
  const badge = { label: "CI", badge: server.origin + BADGE, treatAs: "info" } as const;
  await collect({ ...config, groups: [{ name: "G", badges: [badge] }] }, HOW);
  expect(apiRequests(server)).toEqual([]);
});

test("the token is not sent to an API without https, and a person is told", async () => {
  await using board = await collections(configOf([]));
  const { warnings } = await collectBoard({
    config: configOf([], {
      github: { variable: "GITHUB_TOKEN", api: "http://github.test/api/v3" },
    }),
    statePath: board.statePath,
    environment: { GITHUB_TOKEN: TOKEN },
  });
  expect(warnings).toEqual([
    "GitHub's API at http://github.test/api/v3 is not asked: the token of GITHUB_TOKEN would travel unprotected; use https.",
  ]);
});
