import { describe, expect, test } from "vitest";
import { makeModel } from "../../../../board/model/make-model.ts";
import { slugger } from "../../../../board/model/slugs.ts";
import type { BadgeRecord, BoardState } from "../../../../board/state/board-state.ts";
import { actionOf, COLLECTED_AT, recordOf, stateOf } from "../../../support/board-state.ts";

const NOW = Date.parse(COLLECTED_AT);
const HOUR = 3_600_000;

/** A record whose host did not answer, with or without a reading from before. */
function unread(record: Partial<BadgeRecord>, isOfHost: boolean): BadgeRecord {
  const problem = { since: COLLECTED_AT, reason: "no answer from ci.example", isOfHost };
  return { readerVersion: 1, ...record, problem };
}

const tilesOf = (state: BoardState, now = NOW) =>
  makeModel(state, [], now).groups.flatMap(({ tiles }) => tiles);

describe("the board's model", () => {
  test("does not keep a tile green that could not be read, but remembers the last reading", () => {
    const [tile] = tilesOf(stateOf({ unit: unread(recordOf("passing"), true) }));
    expect(tile).toMatchObject({ look: "unread", reading: { state: "passing" } });
  });

  test("has no reading of a badge that was never collected", () => {
    const [tile] = tilesOf(stateOf({ unit: undefined }));
    expect(tile).toMatchObject({ look: "unread", problem: { reason: "not collected yet" } });
  });

  test("sorts the worst to the front, within groups and among them", () => {
    const one = stateOf({ a: recordOf("passing"), b: recordOf("failing"), c: recordOf("warning") });
    const state = {
      ...one,
      groups: [
        { ...one.groups[0], name: "Calm", badges: one.groups[0]?.badges.slice(0, 1) ?? [] },
        ...one.groups,
      ],
    };
    const model = makeModel(state, [], NOW);
    expect(model.groups.map(({ name, look }) => [name, look])).toEqual([
      ["Shop", "failing"],
      ["Calm", "passing"],
    ]);
    expect(model.groups[0]?.tiles.map(({ label }) => label)).toEqual(["b", "c", "a"]);
    expect(model.look).toBe("failing");
  });

  test("calls a reading and the board stale once they are older than the limit", () => {
    const state = stateOf({ unit: recordOf("passing") });
    const fresh = makeModel(state, [], NOW + 24 * HOUR);
    expect([fresh.isStale, fresh.groups[0]?.tiles[0]?.isStale]).toEqual([false, false]);
    const old = makeModel(state, [], NOW + 24 * HOUR + 1);
    expect([old.isStale, old.groups[0]?.tiles[0]?.isStale]).toEqual([true, true]);
  });

  test("says a cause once that three tiles of one host have in common, and not a badge's own", () => {
    const names = ["a", "b", "c"];
    const with_ = (isOfHost: boolean, count: number) =>
      stateOf(
        Object.fromEntries(names.slice(0, count).map((name) => [name, unread({}, isOfHost)])),
      );
    expect(makeModel(with_(true, 3), [], NOW).banners).toEqual([
      { host: "ci.example", tiles: 3, reason: "no answer from ci.example", since: COLLECTED_AT },
    ]);
    expect(makeModel(with_(true, 2), [], NOW).banners).toEqual([]);
    expect(makeModel(with_(false, 3), [], NOW).banners).toEqual([]);
  });

  test.each([
    ["Passed with evidence", actionOf(), "passing"],
    ["Passed without evidence", actionOf({ verdict: "Passed", verified: false }), "unverified"],
    ["an Error that was expected", actionOf({ verdict: "Error" }), "failing"],
    [
      "a verdict that was not expected",
      actionOf({ verdict: "NoTargets", expected: false }),
      "failing",
    ],
    ["another verdict that was expected", actionOf({ verdict: "NoTargets" }), "expected"],
  ])("takes a run with %s for what it is", (_, action, look) => {
    const report = {
      schemaVersion: 1,
      outcome: "passed",
      actions: [action],
      completionTime: COLLECTED_AT,
    } as const;
    expect(makeModel(stateOf({}), [{ source: "results.json", report }], NOW).look).toBe(look);
  });

  test.each([
    ["ended a week ago", "2026-11-16T08:00:00Z", "passing"],
    ["ended longer ago", "2026-11-16T07:59:59Z", "unknown"],
    ["will have ended tomorrow", "2026-11-24T08:00:00Z", "unknown"],
    ["do not say when they ended", undefined, "unknown"],
  ])("does not call good what results say that %s", (_, completionTime, look) => {
    const outcome = { schemaVersion: 1, outcome: "passed", actions: [actionOf()] } as const;
    const report = completionTime === undefined ? outcome : { ...outcome, completionTime };
    expect(makeModel(stateOf({}), [{ source: "results.json", report }], NOW).look).toBe(look);
  });

  test("keeps bad news of results, however old they are", () => {
    const report = { schemaVersion: 1, outcome: "failed", actions: [actionOf()] } as const;
    expect(makeModel(stateOf({}), [{ source: "results.json", report }], NOW).look).toBe("failing");
  });

  test("takes a reading from a time that is yet to come for stale: a clock was wrong", () => {
    const state = stateOf({ unit: recordOf("passing") });
    const before = makeModel(state, [], NOW - HOUR);
    expect([before.isStale, before.groups[0]?.tiles[0]?.isStale]).toEqual([true, true]);
    expect(makeModel(state, [], NOW - 60_000).isStale).toBe(false);
  });

  test("takes results that cannot be read for no reading", () => {
    const missing = { source: "results.json", problem: "there is no such file" };
    expect(makeModel(stateOf({ unit: recordOf("passing") }), [missing], NOW).look).toBe("unread");
  });
});

describe("an id", () => {
  test("is fit for a file name, unique, and the same each time", () => {
    const names = ["Team A", "team-a", "Été / №1", "日本", "../../etc", "x".repeat(300), "🙂"];
    const once = names.map(slugger());
    expect(once).toEqual(names.map(slugger()));
    expect(new Set(once).size).toBe(names.length);
    for (const id of once) expect(id).toMatch(/^[a-z0-9-]{1,64}$/u);
  });
});
