import { expect, test } from "vitest";
import type { NotifyConfig } from "../../../board/config/config.ts";
import { changesFor, withTold } from "../../../board/notify/changes.ts";
import type { BoardState } from "../../../board/state/board-state.ts";
import { type Collected, collected, notification } from "../../support/board-notify.ts";

/** What is told, run after run, of one tile; each run keeps what was told. */
function toldOf(runs: readonly Collected[], parts: Partial<NotifyConfig> = {}): string[][] {
  let told: BoardState["told"] = {};
  return runs.map((job) => {
    const news = changesFor(notification(parts), collected({ job }, told));
    told = withTold(told, notification(parts), news.told);
    return news.changes.map(({ from, to }) => (from === undefined ? to : `${from} > ${to}`));
  });
}

const all = { on: ["failing", "passing", "warning", "running", "unknown"] } as const;
const stories: ReadonlyArray<
  readonly [string, readonly Collected[], readonly string[][], Partial<NotifyConfig>?]
> = [
  ["a tile seen for the first time is told of only if it fails", ["failing"], [["failing"]]],
  ["a first pass is not told", ["passing", "passing"], [[], []]],
  ["a first warning is not told", ["warning", "warning"], [[], []], all],
  [
    "nobody is told twice",
    ["failing", "failing", "passing", "passing"],
    [["failing"], [], ["failing > passing"], []],
  ],
  ["a lost reading is no recovery", ["failing", "unread", "failing"], [["failing"], [], []]],
  [
    "a recovery after a lost reading is told",
    ["failing", "unread", "passing"],
    [["failing"], [], ["failing > passing"]],
  ],
  [
    "a run under way neither ends a failure nor begins one",
    ["failing", "running", "failing", "unknown", "passing"],
    [["failing"], [], [], [], ["failing > passing"]],
  ],
  [
    "a run under way is told each time where it is asked for",
    ["passing", "running", "running", "passing", "running"],
    [[], ["passing > running"], [], [], ["passing > running"]],
    all,
  ],
  ["a pass is told after a warning", ["warning", "passing"], [[], ["warning > passing"]]],
  [
    "passing alone means recoveries",
    ["failing", "passing"],
    [[], ["failing > passing"]],
    { on: ["passing"] },
  ],
  [
    "a state counts once enough collections in a row have seen it",
    ["passing", ["failing", 1], ["failing", 2], ["failing", 3], ["failing", 4]],
    [[], [], [], ["failing"], []],
    { after: 3 },
  ],
  [
    "a flicker is not told, neither of it nor of its end",
    [
      ["passing", 3],
      ["failing", 1],
      ["passing", 1],
      ["passing", 2],
      ["passing", 3],
    ],
    [[], [], [], [], []],
    { after: 3 },
  ],
];
for (const [name, runs, expected, parts] of stories) {
  test(name, () => {
    expect(toldOf(runs, parts)).toEqual(expected);
  });
}

test("what was not kept as told is told again", () => {
  const state = collected({ job: "failing" });
  expect(changesFor(notification(), state)).toEqual(changesFor(notification(), state));
});

test("a notification is told of its groups alone, and remembers nothing of others", () => {
  const state = collected({ job: "failing" });
  expect(changesFor(notification({ groups: ["Other"] }), state)).toEqual({
    changes: [],
    told: {},
    isAnyBad: false,
  });
  expect(changesFor(notification({ groups: ["Shop"] }), state).changes).toHaveLength(1);
});

test("a badge that is in two groups is told once", () => {
  const state = collected({ job: "failing" });
  const twice = { ...state, groups: [...state.groups, ...state.groups] };
  expect(changesFor(notification(), twice).changes).toHaveLength(1);
});

test("what one notification was told is nothing to another, and stays when that one is told", () => {
  const slack = notification({ kind: "slack" });
  const state = collected({ job: "failing" });
  const first = withTold({}, slack, changesFor(slack, state).told);
  expect(changesFor(notification(), { ...state, told: first }).changes).toHaveLength(1);
  const second = withTold(first, notification(), changesFor(notification(), state).told);
  expect(Object.keys(second)).toHaveLength(2);
  expect(changesFor(slack, { ...state, told: second }).changes).toEqual([]);
});

test("tiles that are gone are forgotten", () => {
  const before = changesFor(notification(), collected({ a: "failing", b: "failing" })).told;
  const after = changesFor(notification(), collected({ b: "failing" }, before)).told;
  expect(Object.keys(before)).toHaveLength(2);
  expect(Object.keys(after)).toHaveLength(1);
});

test("something is bad as long as a failure is remembered, also without a reading", () => {
  const told = changesFor(notification(), collected({ a: "failing", b: "failing" })).told;
  expect(changesFor(notification(), collected({ a: "passing", b: "unread" }, told)).isAnyBad).toBe(
    true,
  );
  expect(changesFor(notification(), collected({ a: "passing", b: "passing" }, told)).isAnyBad).toBe(
    false,
  );
});
