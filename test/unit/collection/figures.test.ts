import { describe, expect, test } from "vitest";
import type { Attempt } from "../../../collection/modules/pingtest/attempt.ts";
import { figuresOf, problemsOf } from "../../../collection/modules/pingtest/figures.ts";

const answered = (...latencies: number[]): Attempt[] =>
  latencies.map((latencyMs) => ({ latencyMs }));
const lost: Attempt = { lost: "no answer" };

describe("figures", () => {
  test.for<[string, Attempt[], object]>([
    [
      "one answer",
      answered(5),
      { sent: 1, received: 1, lossPercent: 0, latencyMs: { min: 5, median: 5, max: 5 } },
    ],
    ["an odd count", answered(9, 1, 5), { latencyMs: { min: 1, median: 5, max: 9 } }],
    ["an even count", answered(4, 1, 2, 9), { latencyMs: { min: 1, median: 3, max: 9 } }],
    ["two", answered(4, 2), { latencyMs: { min: 2, median: 3, max: 4 } }],
    ["losses", [...answered(1), lost, lost], { sent: 3, received: 1, lossPercent: 66.667 }],
    ["nothing but losses", [lost], { sent: 1, received: 0, lossPercent: 100, latencyMs: null }],
  ])("of %s", ([_, attempts, figures]) => {
    expect(figuresOf(attempts)).toMatchObject(figures);
  });
});

describe("problems", () => {
  const attempts = [...answered(10, 20, 30), lost];
  test.for<[number, number | undefined, string[]]>([
    [25, undefined, []],
    [25, 30, []],
    [24.9, undefined, ["1 of 4 attempts lost (25 %, allowed 24.9 %)"]],
    [25, 29, ["latency up to 30 ms (allowed 29 ms)"]],
    [0, 1, ["1 of 4 attempts lost (25 %, allowed 0 %)", "latency up to 30 ms (allowed 1 ms)"]],
  ])(
    "with %s %% of loss and %s ms allowed are %j",
    ([allowedLossPercent, maxLatencyMs, problems]) => {
      expect(problemsOf(figuresOf(attempts), { allowedLossPercent, maxLatencyMs })).toEqual(
        problems,
      );
    },
  );

  test("without any answer there is no latency to complain of", () => {
    const bounds = { allowedLossPercent: 100, maxLatencyMs: 1 };
    expect(problemsOf(figuresOf([lost]), bounds)).toEqual([]);
  });
});
