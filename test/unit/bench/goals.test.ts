import { describe, expect, it } from "vitest";
import { atLeast, atMost, highest } from "../../bench/report/goal.ts";
import { goalsOf } from "../../bench/report/goals.ts";
import { ticks } from "../../bench/report/svg.ts";
import type { BurstSample, Results } from "../../bench/results.ts";

const pairs = (...ratios: number[]) => ratios.map((ratio) => [ratio, 1] as const);

describe("a goal", () => {
  it("of at least so much is met by the interval's lower bound, not by the mean", () => {
    const [steady] = atLeast("x", pairs(1, 1.01, 0.99), 0.95);
    const [unsteady] = atLeast("x", pairs(1.5, 0.7, 1.2), 0.95);
    expect(steady?.isMet).toBe(true);
    expect(unsteady?.isMet).toBe(false);
    expect(unsteady?.shortfall).toMatch(/lower bound \d+ % below/);
  });

  it("is not met by one sample, of which there is no interval", () => {
    expect(atLeast("x", pairs(2), 0.95)[0]?.isMet).toBe(false);
  });

  it("of at most so much says by how much it is missed", () => {
    expect(atMost("x", pairs(1.5, 1.5), 1.2)[0]?.shortfall).toBe("25 % above");
    expect(atMost("x", pairs(1.2, 1.2), 1.2)[0]?.isMet).toBe(true);
  });

  it("of all values is missed by the highest of them", () => {
    expect(highest("x", [1, 4], { limit: 3, unit: " s" })[0]).toMatchObject({
      isMet: false,
      shortfall: "1.00 s above",
    });
  });

  it("that was not measured is left out", () => {
    expect([...atLeast("x", [], 1), ...atMost("x", [], 1)]).toEqual([]);
    expect(goalsOf(results([]))).toEqual([]);
  });
});

describe("goalsOf", () => {
  it("compares what ran in the same round", () => {
    const goals = goalsOf(
      results([
        sample("ours", 1, 200),
        sample("client-go", 1, 100),
        sample("client-go", 2, 10),
        sample("ours", 2, 20),
      ]),
    );
    const [first] = goals;
    expect(first).toMatchObject({ measured: "2.00 (2.00 to 2.00)", isMet: true });
    expect(goals.map(({ figure }) => figure).filter((one) => one.includes("ceiling"))).toEqual([]);
  });
});

describe("ticks", () => {
  it.each([
    [0, [0]],
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [7, [0, 2, 4, 6]],
    [250, [0, 50, 100, 150, 200, 250]],
  ])("up to %f", (highest, expected) => {
    expect(ticks(highest)).toEqual(expected);
  });
});

function sample(
  competitor: BurstSample["competitor"],
  round: number,
  perSecond: number,
): BurstSample {
  const none = { get: 0, list: 0, watch: 0, create: 0, patch: 0, update: 0, delete: 0 };
  const memory = { residentMb: 1, highestMb: 1, anonymousMb: 1 };
  return {
    ...{ competitor, round },
    burst: {
      ...{ actionsPerSecond: perSecond, latenciesMs: [1, 2], loadMs: 1, relists: 0 },
      ...{ process: { cpuSeconds: 1, memory }, requests: none },
    },
  };
}

function results(bursts: BurstSample[]): Results {
  const texts = { startedAt: "", commit: "", command: "", machine: "", kubernetes: "" };
  return {
    ...texts,
    ...{ actions: 2, inFlight: 1, writes: [], reads: [], bursts, restarts: [], leaders: [] },
  };
}
