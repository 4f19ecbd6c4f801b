import { describe, expect, test } from "vitest";
import { formatSpan, parseDurationMs } from "../../../client/duration.ts";

describe("a duration", () => {
  test.each([
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["250ms", 250],
    ["1m1s1ms", 61_001],
  ])("%s is %i ms", (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test.each(["", "5", "5 minutes", "1.5h", "-1s", "1d", "s", "1s "])("%j is none", (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  });
});

test.each([
  [0, "0.0 s"],
  [-5, "0.0 s"],
  [1234, "1.2 s"],
  [9_960, "10 s"],
  [60_000, "1 min"],
  [185_000, "3 min 5 s"],
  [3_600_000, "1 h"],
  [3_720_000, "1 h 2 min"],
])("a span of %i ms is shown as %s", (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});
