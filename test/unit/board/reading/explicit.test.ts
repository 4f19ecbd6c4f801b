import { describe, expect, test } from "vitest";
import type { How } from "../../../../board/reading/how.ts";
import { readBadge } from "../../../../board/reading/read-badge.ts";
import { bytes, svg, twoPart } from "../../../support/board-badges.ts";

const read = (message: string, how: How, httpStatus = 200) =>
  readBadge({ body: bytes(twoPart("x", message)), httpStatus }, how);

describe("what the configuration says comes first", () => {
  test("a message has the state that it is mapped to, without regard to case", () => {
    const map = { "My  Rutabaga": "passing", failing: "warning" } as const;
    expect(read("my rutabaga", { map })).toMatchObject({
      state: "passing",
      confidence: 1,
      rule: expect.stringMatching(/^map: /u),
    });
    expect(read("FAILING", { map }).state).toBe("warning");
    expect(read("my rutabaga failing", { map }).state).toBe("failing");
    expect(read("toString", { map }).state).toBe("unknown");
  });

  test("no answer and no words are mapped to a passing", () => {
    const map = { passing: "passing", "not found": "failing", "": "passing" } as const;
    expect(read("passing", { map }, 500).state).toBe("unknown");
    expect(read("passing", { treatAs: "info" }, 404).state).toBe("unknown");
    expect(read("not found", { map }, 404).state).toBe("failing");
    expect(readBadge({ body: bytes(svg("")) }, { map }).state).toBe("unknown");
  });

  test("a badge that contradicts itself is not mapped to a passing", () => {
    const body = bytes(
      svg("<title>x: failing</title><text x='9'>x</text><text x='60'>passing</text>"),
    );
    expect(readBadge({ body }, { map: { passing: "passing" } }).state).toBe("failing");
    expect(readBadge({ body }, { treatAs: "info" }).state).toBe("failing");
  });

  test("information is shown and not judged", () => {
    expect(read("failing", { treatAs: "info" })).toMatchObject({
      state: "info",
      message: "failing",
    });
  });

  const MORE = { passing: 90, warning: 70 };
  const LESS = { passing: 5, warning: 10 };
  test.each([
    ["90%", MORE, "passing"],
    ["89.99%", MORE, "warning"],
    ["91,5%", MORE, "passing"],
    ["69", MORE, "failing"],
    ["1,234 ms", MORE, "passing"],
    ["5 open", LESS, "passing"],
    ["7.4/10", LESS, "warning"],
    ["12k", LESS, "failing"],
    ["-3", LESS, "passing"],
    ["3M", { passing: 2e6, warning: 1e6 }, "passing"],
    ["5ms", LESS, "passing"],
  ])("%s by the limits %j is %s", (message, thresholds, state) => {
    expect(read(message, { thresholds })).toMatchObject({ state, confidence: 1 });
  });

  test.each(["error 500", "404", "100% failed", "not found: 99"])(
    "%s is no figure to judge but bad news",
    (message) => {
      expect(read(message, { thresholds: MORE }).state).toMatch(/^(?:failing|unknown)$/u);
    },
  );

  test("what a general scale judged is judged anew", () => {
    const body = bytes(twoPart("vulnerabilities", "3"));
    const thresholds = { passing: 5, warning: 9 };
    expect(readBadge({ body }).state).toBe("failing");
    expect(readBadge({ body }, { thresholds }).state).toBe("passing");
  });

  test.each([
    "v99",
    "1.2.3",
    "2026-11-22",
    "118/120",
    "3 failed, 120 passed",
    "many",
    "99999999999999999999",
  ])("%s has no one number to judge", (message) => {
    expect(read(message, { thresholds: MORE }).rule).not.toMatch(/^thresholds/u);
  });
});
