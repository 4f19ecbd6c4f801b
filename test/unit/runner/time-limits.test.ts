import { describe, expect, test } from "vitest";
import { endOfHold, endOfRecovery, playLimitMs, reserveMs } from "../../../runner/time-limits.ts";
import { retryAfterMs } from "../../../runner/undo-attempts.ts";

test.for([
  [600, 60_000],
  [240, 60_000],
  [40, 10_000],
  [1, 250],
])("of %i s, %i ms are kept for recovery", ([timeoutSeconds = 0, expected]) => {
  expect(reserveMs({ timeoutSeconds })).toBe(expected);
});

describe("a hold", () => {
  const times = { injectedMs: 10_000, deadlineMs: 100_000, reserveMs: 25_000 };
  test.for([
    [30, 40_000, "duration"],
    [65, 75_000, "duration"],
    [66, 75_000, "reserve"],
    [undefined, 75_000, "reserve"],
  ] as const)("of %s s ends at %i ms, by its %s", ([durationSeconds, atMs, reason]) => {
    expect(endOfHold({ ...times, durationSeconds })).toEqual({ atMs, reason });
  });
});

test.for([
  ["lasts until the run's deadline", 10_000, 60_000, undefined, 60_000],
  ["has 20 s even where that is over", 59_000, 60_000, undefined, 79_000],
  ["ends within the grace after SIGTERM", 10_000, 600_000, 20_000, 38_000],
  [
    "of a recovery Job has no end of its own",
    0,
    Number.POSITIVE_INFINITY,
    undefined,
    Number.POSITIVE_INFINITY,
  ],
  ["of a recovery Job ends after SIGTERM, too", 0, Number.POSITIVE_INFINITY, 90_000, 108_000],
] as const)("a recovery %s", ([, startMs, deadlineMs, terminatedAtMs, expected]) => {
  expect(endOfRecovery({ startMs, deadlineMs, terminatedAtMs })).toBe(expected);
});

test.for([
  [Number.POSITIVE_INFINITY, 60_000],
  [40_000, 20_000],
  [2000, 5000],
])("with %i ms left, one play of a recovery may take %i ms", ([leftMs = 0, expected]) => {
  expect(playLimitMs(leftMs)).toBe(expected);
});

test("a record is tried again after pauses that double up to 8 s", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 100].map(retryAfterMs)).toEqual([
    500, 500, 1000, 2000, 4000, 8000, 8000, 8000,
  ]);
});
