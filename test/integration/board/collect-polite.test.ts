import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collectBoard } from "../../../board/collect/collect-board.ts";
import { FAILURES_IN_A_ROW } from "../../../board/collect/host.ts";
import { DEFAULTS } from "../../../board/config/config.ts";
import { twoPart } from "../../support/board-badges.ts";
import { collect, collections, configOf, only } from "../../support/board-collect.ts";
import { answering, type Respond, startBoardServer } from "../../support/board-server.ts";
import { actionOf, reportOf } from "../../support/board-state.ts";

const PASSING = twoPart("build", "passing");
const FAILING = twoPart("build", "failing");
const pathsOf = (count: number) => Array.from({ length: count }, (_, at) => `/${at}.svg`);
const routesOf = (count: number, respond: Respond) =>
  Object.fromEntries(pathsOf(count).map((path) => [path, respond]));

describe("a host that fails", () => {
  test("is left alone for the rest of a collection, and is tried once after each pause", async () => {
    let isDown = true;
    await using server = await startBoardServer(
      routesOf(30, (request, response) => {
        (isDown ? answering("oops", {}, 500) : answering(PASSING))(request, response);
      }),
    );
    const config = configOf(pathsOf(30).map((path) => server.origin + path));
    await using board = await collections({ ...config, requestsPerHost: 1 });
    const asked = async (minutes: number) => {
      const before = server.requests.length;
      const state = await board.at(minutes);
      return { state, requests: server.requests.length - before };
    };
    const first = await asked(0);
    expect(first.requests).toBe(FAILURES_IN_A_ROW);
    expect(first.state.waiting).toEqual({ [server.host]: "2026-11-23T08:05:00.000Z" });
    const problems = Object.values(first.state.badges).map(({ problem }) => problem);
    expect(problems).toHaveLength(30);
    expect(problems[29]).toEqual({
      since: "2026-11-23T08:00:00.000Z",
      isOfHost: true,
      reason: "the service answered 500; not asked again before 2026-11-23 08:05 UTC",
    });
    expect((await asked(4)).requests).toBe(0);
    const probe = await asked(20);
    expect(probe.requests).toBe(1);
    expect(probe.state.waiting).toEqual({ [server.host]: "2026-11-23T08:40:00.000Z" });
    isDown = false;
    const back = await asked(41);
    expect(back.requests).toBe(30);
    expect(back.state.waiting).toEqual({});
    expect(
      Object.values(back.state.badges).every(({ reading }) => reading?.state === "passing"),
    ).toBe(true);
  });

  test("does not hold up the others, and is not blamed for where it redirects to", async () => {
    await using dead = await startBoardServer(
      routesOf(9, (_request, response) => response.destroy()),
    );
    await using server = await startBoardServer({
      ...routesOf(9, answering(PASSING)),
      "/away.svg": answering("", { location: `${dead.origin}/0.svg` }, 302),
    });
    const addresses = [dead, server].flatMap(({ origin }) => pathsOf(9).map((at) => origin + at));
    const state = await collect(configOf([...addresses, `${server.origin}/away.svg`]));
    const records = Object.entries(state.badges);
    expect(records.filter(([, { reading }]) => reading?.state === "passing")).toHaveLength(9);
    expect(state.badges[`${server.origin}/away.svg`]?.problem?.reason).toContain(
      `no answer from ${dead.host}: it broke the connection`,
    );
    expect(state.badges[`${server.origin}/away.svg`]?.problem).not.toHaveProperty("isOfHost");
    expect(Object.keys(state.waiting)).toEqual([dead.host]);
  });
});

test("a pause is that of the host at the end of a redirect, which is then not followed", async () => {
  await using busy = await startBoardServer({
    "/a.svg": answering("", { "retry-after": "600" }, 429),
  });
  await using server = await startBoardServer({
    ...routesOf(3, answering("", { location: `${busy.origin}/a.svg` }, 302)),
    "/own.svg": answering(PASSING),
  });
  const addresses = [...pathsOf(3), "/own.svg"].map((path) => server.origin + path);
  const { allowPrivate } = configOf([server.origin, busy.origin]);
  const config = configOf(addresses, { allowPrivate, requestsPerHost: 1 });
  const state = await collect(config, { now: () => Date.parse("2026-11-23T08:00:00Z") });
  expect(busy.requests).toHaveLength(1);
  expect(state.waiting).toEqual({ [busy.host]: "2026-11-23T08:10:00.000Z" });
  expect(addresses.map((address) => state.badges[address]?.problem?.reason)).toEqual([
    "the service answered 429",
    "it leads to a host that is left alone: the service answered 429",
    "it leads to a host that is left alone: the service answered 429",
    undefined,
  ]);
});

test("what has not begun when the whole collection's time is over is not asked", async () => {
  await using server = await startBoardServer(routesOf(3, () => undefined)); // never answers
  const config = configOf(pathsOf(3).map((path) => server.origin + path));
  const state = await collect({ ...config, requestsPerHost: 1 }, { budgetMs: 1500 });
  const [first, ...others] = Object.values(state.badges).map(({ problem }) => problem?.reason);
  expect(first).toMatch(/^no answer from .* within \d(?:\.\d)? s$/u);
  const late = "the 0 minutes of the whole collection were over before its turn";
  expect(others).toEqual([late, late]);
  expect(server.requests).toHaveLength(1);
});

describe("a token", () => {
  const SECRET = "s3cret-t0ken";
  const tokensFor = (host: string, as: "bearer" | "basic" | { header: string } = "bearer") => ({
    tokens: [{ host, variable: "CI_TOKEN", as }],
  });
  const environment = { CI_TOKEN: ` ${SECRET}\n` };

  test.each([
    ["bearer", "authorization", `Bearer ${SECRET}`],
    ["basic", "authorization", `Basic ${btoa(SECRET)}`],
    [{ header: "PRIVATE-TOKEN" }, "private-token", SECRET],
  ] as const)("is sent as %j to its host", async (as, header, value) => {
    await using server = await startBoardServer({ "/a.svg": answering(PASSING) });
    await using other = await startBoardServer({ "/a.svg": answering(PASSING) });
    const addresses = [server, other].map(({ origin }) => `${origin}/a.svg`);
    const state = await collect(configOf(addresses, tokensFor(server.host, as)), { environment });
    expect(server.requests[0]?.headers[header]).toBe(value);
    expect(JSON.stringify(other.requests[0]?.headers)).not.toContain(SECRET);
    expect(JSON.stringify(state)).not.toContain(SECRET);
  });

  test("is never sent after a redirect to another host, not even back at its own", async () => {
    let home = "";
    await using other = await startBoardServer({
      "/b.svg": (request, response) =>
        answering("", { location: `${home}/c.svg` }, 302)(request, response),
    });
    await using server = await startBoardServer({
      "/a.svg": answering("", { location: "/b.svg" }, 302),
      "/b.svg": answering("", { location: `${other.origin}/b.svg` }, 302),
      "/c.svg": answering(PASSING),
    });
    home = server.origin;
    const { allowPrivate } = configOf([server.origin, other.origin]);
    const config = configOf([`${home}/a.svg`], { ...tokensFor(server.host), allowPrivate });
    expect(only(await collect(config, { environment })).reading?.state).toBe("passing");
    const sent = [server, other].flatMap(({ requests }) =>
      requests.map(({ url, headers }) => [url, headers.authorization]),
    );
    expect(sent).toEqual([
      ["/a.svg", `Bearer ${SECRET}`],
      ["/b.svg", `Bearer ${SECRET}`],
      ["/c.svg", undefined],
      ["/b.svg", undefined],
    ]);
  });

  test("does not travel unprotected, and an answer that repeats it is dropped", async () => {
    const echo: Respond = (request, response) =>
      void response.end(twoPart("you sent", request.headers.authorization ?? "nothing"));
    await using server = await startBoardServer({ "/a.svg": echo });
    const { port } = new URL(server.origin);
    const address = `http://local.test:${port}/a.svg`;
    const config = configOf([`${server.origin}/a.svg`], tokensFor(server.host));
    const state = await collect(config, { environment });
    expect(only(state).problem?.reason).toBe("its answer repeats a token");
    expect(JSON.stringify(state)).not.toContain(SECRET);
    const { headersFor } = (await import("../../../board/collect/tokens.ts")).tokensOf(
      tokensFor(`local.test:${port}`).tokens,
      environment,
    );
    expect(headersFor(new URL(address))).toEqual({});
    expect(headersFor(new URL(address.replace("http:", "https:")))).not.toEqual({});
  });

  test.each([
    [{}, "is not set"],
    [{ CI_TOKEN: "a\nb" }, "holds characters that no header may have"],
  ])("that is missing or unfit is one warning: %j", async (given, words) => {
    await using server = await startBoardServer({ "/a.svg": answering(PASSING) });
    await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
    const { warnings } = await collectBoard({
      config: configOf([`${server.origin}/a.svg`], tokensFor(server.host)),
      statePath: join(folder.path, "state.json"),
      environment: given,
    });
    expect(warnings).toEqual([
      `The environment variable CI_TOKEN ${words}: ${server.host} is read without a token.`,
    ]);
  });
});

describe("several tiles of one address", () => {
  test("send for it once, and each reads it in its own way", async () => {
    const conditional: Respond = (request, response) => {
      const isKnown = request.headers["if-none-match"] === '"v1"';
      response.writeHead(isKnown ? 304 : 200, { etag: '"v1"' }).end(isKnown ? undefined : PASSING);
    };
    await using server = await startBoardServer({ "/a.svg": conditional });
    const badge = `${server.origin}/a.svg`;
    const plain = { label: "plain", badge };
    const mapped = { label: "mapped", badge, map: { passing: "warning" } } as const;
    const groupsOf = (...badges: Array<typeof plain | typeof mapped>) => ({
      groups: [{ name: "G", badges }],
    });
    await using board = await collections(configOf([badge]));
    const statesAt = async (minutes: number, ...badges: Parameters<typeof groupsOf>) => {
      const state = await board.at(minutes, groupsOf(...badges));
      return Object.values(state.badges).map(({ reading }) => reading?.state);
    };
    expect(await statesAt(0, plain, plain)).toEqual(["passing"]);
    // The new one has nothing that a 304 could confirm, so the badge itself is sent for.
    expect(await statesAt(1, mapped, plain)).toEqual(["warning", "passing"]);
    expect(await statesAt(2, mapped, plain)).toEqual(["warning", "passing"]);
    expect(server.requests.map(({ headers }) => headers["if-none-match"])).toEqual([
      undefined,
      undefined,
      '"v1"',
    ]);
  });
});

describe("a badge with a twin", () => {
  const endpoint = (message: string) =>
    JSON.stringify({ schemaVersion: 1, label: "build", message });

  test("is read from it, compared, and asked whether both are the same", async () => {
    const conditional =
      (body: string): Respond =>
      (request, response) => {
        const isKnown = request.headers["if-none-match"] === '"v1"';
        response.writeHead(isKnown ? 304 : 200, { etag: '"v1"' }).end(isKnown ? "" : body);
      };
    await using server = await startBoardServer({
      "/a.svg": conditional(PASSING),
      "/a.json": conditional(endpoint("failing")),
    });
    const badge = { label: "a", badge: `${server.origin}/a.svg`, twin: `${server.origin}/a.json` };
    const config = configOf([badge.badge], { groups: [{ name: "G", badges: [badge] }] });
    await using board = await collections(config);
    const first = only(await board.at(0));
    expect(first.reading).toMatchObject({
      state: "failing",
      conflict: 'twin against badge: "failing" against "passing"',
    });
    const second = only(await board.at(1));
    expect(second.reading).toEqual({ ...first.reading, readAt: "2026-11-23T08:01:00.000Z" });
    expect(server.requests.slice(2).map(({ headers }) => headers["if-none-match"])).toEqual([
      '"v1"',
      '"v1"',
    ]);
  });

  test("is read by itself where the twin gives no answer", async () => {
    await using server = await startBoardServer({ "/a.svg": answering(FAILING) });
    const badge = { label: "a", badge: `${server.origin}/a.svg`, twin: `${server.origin}/a.json` };
    const config = configOf([badge.badge], { groups: [{ name: "G", badges: [badge] }] });
    expect(only(await collect(config)).reading).toMatchObject({
      state: "failing",
      rule: expect.stringMatching(/its twin says nothing that is known$/u),
    });
  });
});

test("results files are found by a pattern for their names, which is no pattern for folders", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-[x]-"));
  const report = JSON.stringify(reportOf([actionOf()]));
  for (const name of ["results-2.json", "results-1.json", "other.json"]) {
    await writeFile(join(folder.path, name), report);
  }
  const results = ["results-*.json", "none-*.json", "no/where-*.json"].map((name) =>
    join(folder.path, name),
  );
  const state = await collect({ ...DEFAULTS, results });
  expect(
    state.results.map(({ source, report: read, problem }) => [source, problem ?? read?.outcome]),
  ).toEqual([
    [join(folder.path, "results-1.json"), "passed"],
    [join(folder.path, "results-2.json"), "passed"],
    [results[1], "no file has such a name"],
    [results[2], "there is no such folder"],
  ]);
});

test("what was told is kept, and the same answers at the same time give the same bytes", async () => {
  await using server = await startBoardServer(routesOf(40, answering(PASSING)));
  await using board = await collections(configOf(pathsOf(40).map((path) => server.origin + path)));
  await board.at(0);
  const first = await readFile(board.statePath, "utf8");
  const told = { "slack G/a": { state: "failing", at: "2026-11-23T07:00:00.000Z" } };
  await writeFile(board.statePath, JSON.stringify({ ...JSON.parse(first), told }));
  expect((await board.at(0)).told).toEqual(told);
  await writeFile(board.statePath, first);
  await board.at(1);
  const second = await readFile(board.statePath, "utf8");
  await writeFile(board.statePath, first);
  await board.at(1);
  expect(await readFile(board.statePath, "utf8")).toBe(second);
});
