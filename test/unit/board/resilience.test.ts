import { describe, expect, test } from "vitest";
import { rememberTrials } from "../../../board/resilience/remember-trials.ts";
import { resilienceMap } from "../../../board/resilience/resilience-map.ts";
import { targetName } from "../../../board/resilience/target-name.ts";
import type { Trial } from "../../../board/resilience/trial.ts";
import type { Target } from "../../../board/results/report.ts";
import { actionOf, reportOf } from "../../support/board-state.ts";

const names: ReadonlyArray<readonly [Target, string | undefined]> = [
  [{ kind: "Pod", namespace: "shop", name: "web-6cd95d89f-ccnz6" }, "shop/Pod web-*"],
  [{ kind: "Pod", namespace: "shop", name: "my-web-5b8c9d7f6b-xk2lp" }, "shop/Pod my-web-*"],
  [{ kind: "Pod", namespace: "shop", name: "agent-x7k2p" }, "shop/Pod agent-*"],
  [{ kind: "Pod", namespace: "shop", name: "db-0" }, "shop/Pod db-0"],
  [{ kind: "Pod", namespace: "shop", name: "my-nginx" }, "shop/Pod my-nginx"],
  [{ kind: "Pod", namespace: "shop", name: "web" }, "shop/Pod web"],
  [{ kind: "Deployment", namespace: "shop", name: "web-x7k2p" }, "shop/Deployment web-x7k2p"],
  [{ kind: "Node", name: "worker" }, "Node worker"],
  [
    { kind: "Endpoint", name: "http://me:pw@web.shop/a?token=s3cret#x" },
    "Endpoint http://web.shop/a",
  ],
  [{ kind: "Pod", namespace: "shop" }, undefined],
];
test.each(names)("%j is called %j from run to run", (target, name) => {
  expect(targetName(target)).toBe(name);
});

const pod = (suffix: string, evidence?: unknown): Target => ({
  ...{ kind: "Pod", namespace: "shop", name: `web-6cd95d89f-${suffix}` },
  evidence,
});
const killed = (at: string, ...ms: number[]) =>
  reportOf([
    actionOf({
      completionTime: at,
      targets: ms.map((each, n) => pod(`ccnz${n + 4}`, { replacementReadyAfterMs: each })),
    }),
  ]);

describe("the trials of reports", () => {
  test("pods of one owner are one target, as slow as the slowest of them", () => {
    expect(rememberTrials([], [killed("2026-11-23T08:01:20Z", 1921, 1870)])).toEqual([
      {
        target: "shop/Pod web-*",
        fault: "pystol.actions.killpods",
        verdict: "Passed",
        verified: true,
        expected: true,
        at: "2026-11-23T08:01:20.000Z",
        recoverySeconds: 1.921,
      },
    ]);
  });

  test("the time for which a fault was held is no recovery", () => {
    const [trial] = rememberTrials([], [reportOf([actionOf()])]);
    expect(trial).not.toHaveProperty("recoverySeconds");
  });

  test("evidence that is no time is none", () => {
    const bad = ["3", -1, Number.NaN, null].map((value) =>
      pod("x7k2p", { recoveredAfterMs: value }),
    );
    const [trial] = rememberTrials([], [reportOf([actionOf({ targets: bad })])]);
    expect(trial).not.toHaveProperty("recoverySeconds");
  });

  test("the same report read twice is one trial, and the last reading of it stays", () => {
    const once = rememberTrials([], [killed("2026-11-23T08:01:20Z", 100)]);
    const again = rememberTrials(once, [killed("2026-11-23T08:01:20Z", 200)]);
    expect(again.map(({ recoverySeconds }) => recoverySeconds)).toEqual([0.2]);
  });

  test("they are in the order of their time, whatever the order of the reports", () => {
    const trials = rememberTrials(
      [],
      [
        killed("2026-11-23T08:00:00Z", 1),
        killed("2026-11-22T23:59:00-02:00", 2),
        killed("2026-11-21T08:00:00Z", 3),
      ],
    );
    expect(trials.map(({ at }) => at.slice(0, 13))).toEqual([
      "2026-11-21T08",
      "2026-11-23T01",
      "2026-11-23T08",
    ]);
  });

  test("the newest 30 of a pair are kept", () => {
    const reports = Array.from({ length: 40 }, (_, day) =>
      killed(new Date(Date.UTC(2026, 0, 1 + day)).toISOString(), day),
    );
    const trials = rememberTrials([], reports);
    expect(trials).toHaveLength(30);
    expect(trials[0]?.at).toBe("2026-01-11T00:00:00.000Z");
  });

  test("there is an end to how many pairs are kept; those tried last stay", () => {
    const targets = Array.from({ length: 2100 }, (_, n) => ({ kind: "Node", name: `n${n}` }));
    const reports = targets.map((target, n) =>
      reportOf([actionOf({ completionTime: new Date(n * 1000).toISOString(), targets: [target] })]),
    );
    const trials = rememberTrials([], reports);
    expect(trials).toHaveLength(2000);
    expect(trials[0]?.target).toBe("Node n100");
  });

  test("an action that hit nothing stands for itself, so that an error is not lost", () => {
    const action = actionOf({ verdict: "Error", expected: false, verified: false, targets: [] });
    expect(rememberTrials([], [reportOf([action])])[0]).toMatchObject({
      target: "shop/PystolAction kill-web",
      verdict: "Error",
    });
  });

  test("what has no time at all is no trial", () => {
    const times = { startTime: null, completionTime: null };
    expect(rememberTrials([], [reportOf([actionOf(times)], times)])).toEqual([]);
  });

  test.each([
    ["https://ci.example/run/1", "https://ci.example/run/1"],
    ["javascript:alert(1)", undefined],
    ["https://", undefined],
    [7, undefined],
  ])("a run at %j is linked as %j", (run, linked) => {
    const [trial] = rememberTrials([], [reportOf([actionOf()], { run })]);
    expect(trial?.run).toBe(linked);
  });
});

const trialOf = (parts: Partial<Trial> = {}): Trial => ({
  target: "shop/Pod web-*",
  fault: "killpods",
  verdict: "Passed",
  verified: true,
  expected: true,
  at: "2026-11-23T08:00:00.000Z",
  ...parts,
});

describe("the map", () => {
  test("shows what was never tried as a gap", () => {
    const map = resilienceMap([trialOf(), trialOf({ target: "Node worker", fault: "drainnodes" })]);
    expect(map.faults).toEqual(["drainnodes", "killpods"]);
    expect(map.rows.map(({ target, cells }) => [target, cells.map((cell) => cell?.look)])).toEqual([
      ["Node worker", ["passing", undefined]],
      ["shop/Pod web-*", [undefined, "passing"]],
    ]);
    expect([map.tried, map.pairs]).toEqual([2, 4]);
  });

  const looks: ReadonlyArray<readonly [string, Partial<Trial>, string]> = [
    ["a pass with evidence", {}, "passing"],
    ["a pass without evidence", { verified: false }, "unverified"],
    ["another verdict that was expected", { verdict: "NoTargets" }, "expected"],
    ["an unexpected pass", { expected: false }, "failing"],
    ["an error, even where it is expected", { verdict: "Error" }, "failing"],
    ["a failure", { verdict: "Failed", expected: false }, "failing"],
  ];
  test.each(looks)("shows %s as it looks elsewhere", (_name, parts, look) => {
    const earlier = trialOf({ at: "2026-11-20T08:00:00.000Z" });
    const [row] = resilienceMap([earlier, trialOf(parts)]).rows;
    expect(row?.cells[0]).toMatchObject({ look, timesTried: 2, at: "2026-11-23T08:00:00.000Z" });
    expect(row?.look).toBe(look);
  });

  const trends: ReadonlyArray<readonly [ReadonlyArray<number | undefined>, string | undefined]> = [
    [[2], undefined],
    [[2, 4], "slower"],
    [[4, 2], "faster"],
    [[2, 2.1], "steady"],
    [[2, 30, 2, 2], "steady"],
    [[2, 4, undefined], undefined],
  ];
  test.each(trends)("recoveries in %j seconds are told as %j", (recoveries, trend) => {
    const trials = recoveries.map((seconds, day) =>
      trialOf({
        at: new Date(Date.UTC(2026, 0, 1 + day)).toISOString(),
        ...(seconds === undefined ? {} : { recoverySeconds: seconds }),
      }),
    );
    expect(resilienceMap(trials).rows[0]?.cells[0]?.trend).toBe(trend);
  });

  test("has the worst target first", () => {
    const bad = trialOf({ target: "z", verdict: "Failed", expected: false });
    const map = resilienceMap([trialOf({ target: "b" }), trialOf({ target: "a" }), bad]);
    expect(map.rows.map(({ target }) => target)).toEqual(["z", "a", "b"]);
  });

  test("of nothing is empty", () => {
    expect(resilienceMap([])).toEqual({ faults: [], rows: [], tried: 0, pairs: 0 });
  });
});
