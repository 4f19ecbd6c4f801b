import { describe, expect, test } from "vitest";
import { secondsOf } from "../../../operator/duration.ts";
import { settingsFrom } from "../../../operator/settings.ts";

describe("the operator's settings", () => {
  test("have defaults for all but the runner's image", () => {
    expect(settingsFrom({ PYSTOL_RUNNER_IMAGE: "runner:1" })).toEqual({
      runnerImage: "runner:1",
      healthPort: 8081,
      workers: 32,
      logLevel: "info",
    });
  });

  test("are refused with every problem at once", () => {
    const wrong = { PYSTOL_HEALTH_PORT: "http", PYSTOL_WORKERS: "0", PYSTOL_LOG_LEVEL: "loud" };
    for (const name of ["PYSTOL_RUNNER_IMAGE", ...Object.keys(wrong)]) {
      expect(() => settingsFrom(wrong)).toThrow(name);
    }
  });
});

describe("a duration", () => {
  test.each([
    ["90s", 90],
    ["1h30m", 5400],
    ["1m500ms", 61],
    ["100ms", 1],
    ["24h", 86_400],
  ])("of %s has %d seconds", (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });
});
