import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BoardConfig } from "../../../board/config/config.ts";
import { startSampleBadges } from "../../../board/sample/serve-sample.ts";
import { twoPart } from "../../support/board-badges.ts";
import { collect, configOf, only } from "../../support/board-collect.ts";
import {
  answering,
  type BoardServer,
  type Respond,
  startBoardServer,
} from "../../support/board-server.ts";
import { actionOf, reportOf } from "../../support/board-state.ts";

const PASSING = twoPart("build", "passing");

describe("a second collection", () => {
  test("asks whether the badge changed, and keeps the reading on 304", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
    const path = join(folder.path, "state.json");
    const conditional: Respond = (request, response) => {
      const isKnown = request.headers["if-none-match"] === '"v1"';
      response.writeHead(isKnown ? 304 : 200, { etag: '"v1"' }).end(isKnown ? undefined : PASSING);
    };
    await using server = await startBoardServer({ "/a.svg": conditional });
    const config = configOf([`${server.origin}/a.svg`]);
    const first = only(
      await collect(config, { statePath: path, now: () => Date.parse("2026-11-23T08:00:00Z") }),
    );
    const second = only(
      await collect(config, { statePath: path, now: () => Date.parse("2026-11-23T09:00:00Z") }),
    );
    expect(server.requests.map(({ headers }) => headers["if-none-match"])).toEqual([
      undefined,
      '"v1"',
    ]);
    expect(second.reading).toEqual({ ...first.reading, readAt: "2026-11-23T09:00:00.000Z" });
  });

  test("leaves a host alone that asked for it, and comes back afterwards", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
    const path = join(folder.path, "state.json");
    let isBusy = true;
    await using server = await startBoardServer({
      "/a.svg": (request, response) => {
        const respond = isBusy ? answering("", { "retry-after": "600" }, 429) : answering(PASSING);
        respond(request, response);
      },
    });
    const config = configOf([`${server.origin}/a.svg`]);
    const start = Date.parse("2026-11-23T08:00:00Z");
    expect(only(await collect(config, { statePath: path, now: () => start })).problem?.reason).toBe(
      "the service answered 429",
    );
    isBusy = false;
    const soon = only(await collect(config, { statePath: path, now: () => start + 599_000 }));
    expect(soon.problem?.reason).toBe(
      "the service answered 429; not asked again before 2026-11-23 08:10 UTC",
    );
    expect(server.requests).toHaveLength(1);
    const later = await collect(config, { statePath: path, now: () => start + 601_000 });
    expect(only(later)).toMatchObject({ reading: { state: "passing" } });
    expect(only(later)).not.toHaveProperty("problem");
    expect(later.waiting).toEqual({});
  });

  test("keeps the last reading, marked, when the badge is gone", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
    const path = join(folder.path, "state.json");
    let config: BoardConfig;
    {
      await using server = await startBoardServer({ "/a.svg": answering(PASSING) });
      config = configOf([`${server.origin}/a.svg`]);
      await collect(config, { statePath: path, now: () => Date.parse("2026-11-23T08:00:00Z") });
    }
    const record = only(
      await collect(config, { statePath: path, now: () => Date.parse("2026-11-23T09:00:00Z") }),
    );
    expect(record).toMatchObject({
      reading: { state: "passing", readAt: "2026-11-23T08:00:00.000Z" },
      problem: { since: "2026-11-23T09:00:00.000Z" },
    });
  });
});

test("many badges of one host are got four at a time, each once", async () => {
  const routes = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`/${at}.svg`, answering(PASSING)]),
  );
  await using server = await startBoardServer(routes);
  const addresses = Object.keys(routes).map((path) => server.origin + path);
  const state = await collect(configOf([...addresses, ...addresses]));
  expect(server.requests).toHaveLength(40);
  expect(server.mostAtOnce()).toBeLessThanOrEqual(4);
  expect(Object.keys(state.badges)).toEqual(addresses);
});

test("a badge that waits for its turn does not use up its time", async () => {
  const slowly: Respond = (_request, response) => {
    setTimeout(() => response.end(PASSING), 100);
  };
  const routes = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`/${at}.svg`, slowly]));
  await using server = await startBoardServer(routes);
  const config = configOf(Object.keys(routes).map((path) => server.origin + path));
  // Twenty rounds of 0.1 s are longer than the 1.5 s that each badge has.
  const state = await collect(config, { timeoutMs: 1500 });
  expect(Object.values(state.badges).filter(({ problem }) => problem !== undefined)).toEqual([]);
});

describe("results files of the configuration", () => {
  async function resultsOf(server: BoardServer, source: string) {
    const state = await collect(configOf([`${server.origin}/a.svg`], { results: [source] }));
    return state.results[0];
  }

  test("are kept in the state, from files and from servers", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
    const file = join(folder.path, "results.json");
    const report = reportOf([actionOf()]);
    await writeFile(file, JSON.stringify(report));
    await using server = await startBoardServer({ "/r.json": answering(JSON.stringify(report)) });
    expect(await resultsOf(server, file)).toMatchObject({ source: file, report });
    expect(await resultsOf(server, `${server.origin}/r.json`)).toMatchObject({ report });
  });

  test("that cannot be used are kept as their problem", async () => {
    await using server = await startBoardServer({ "/r.json": answering('{"schemaVersion":9}') });
    expect(await resultsOf(server, "/nowhere/results.json")).toMatchObject({
      problem: "there is no such file",
    });
    expect(await resultsOf(server, `${server.origin}/none.json`)).toMatchObject({
      problem: "the server answered 404",
    });
    expect(await resultsOf(server, `${server.origin}/r.json`)).toMatchObject({
      problem: expect.stringMatching(/^these are no results of a Pystol run/u),
    });
  });
});

test("a state.json that is not ours is refused with what to do, and left as it is", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const path = join(folder.path, "state.json");
  await writeFile(path, '{"schemaVersion":0}');
  await expect(collect(configOf([]), { statePath: path })).rejects.toThrow(
    /is no board state: .*Delete it and run/u,
  );
  expect(await readFile(path, "utf8")).toBe('{"schemaVersion":0}');
});

test("the sample shows every state, and one badge without a reading", async () => {
  await using sample = await startSampleBadges();
  const state = await collect(sample.config);
  const states = Object.values(state.badges).map((record) => record.reading?.state ?? "no reading");
  expect(
    Object.fromEntries(
      Map.groupBy(states, String)
        .entries()
        .map(([key, all]) => [key, all.length]),
    ),
  ).toEqual({
    passing: 7,
    failing: 1,
    warning: 1,
    running: 1,
    cancelled: 1,
    skipped: 1,
    unknown: 1,
    info: 1,
    "no reading": 1,
  });
});
