import { describe, expect, test } from "vitest";
import { judgeWords } from "../../../../board/reading/words/judge-words.ts";

const stateOf = (label: string, message: string) => judgeWords(label, message, true)?.state ?? "-";

describe("a label that denies, doubts or reports trouble leaves a passing not believed", () => {
  test.each([
    ["tests aren't", "passing"],
    ["tests aren’t", "passing"],
    ["it cannot be", "passing"],
    ["it can't", "pass"],
    ["hardly", "ok"],
    ["was", "passing"],
    ["it was", "passing"],
    ["last", "passing"],
    ["expected", "passing"],
    ["should be", "passing"],
    ["not yet", "passing"],
    ["error", "ok"],
    ["Error:", "ok"],
    ["crashed", "ok"],
    ["build failed |", "ok"],
    ["build failed -", "ok"],
    ["host down", "up"],
    ["hardly", "done"],
  ])("%s | %s", (label, message) => {
    expect(stateOf(label, message)).not.toBe("passing");
  });

  test.each([
    ["failing-tests", "passing"],
    ["last-build", "passing"],
    ["last build", "passing"],
    ["error-pages", "passing"],
    ["error pages", "passing"],
    ["expected-failures", "passing"],
    ["not-found page", "passing"],
    ["failed jobs", "passing"],
    ["warnings", "0"],
    ["errors", "0"],
    ["failures", "none"],
    ["passing", "passing"],
    ["build", "passing"],
    ["build |", "passing"],
  ])("but %s | %s is passing", (label, message) => {
    expect(stateOf(label, message)).toBe("passing");
  });
});

describe("a passing beside a time to come or long gone, or a number that is no count, is unknown", () => {
  test.each([
    "passing next week",
    "next passing",
    "passing 999 days ago",
    "passed 8 weeks ago",
    "passed 5 years ago",
    "passed 3 months ago",
    "passed 2024-01-01",
    "passed 1999-12-31",
    "passing in",
    "passing at",
    "passing on",
    "passing from",
    "main passing, dev",
    "linux passed, windows",
    "passing -1",
    "passing - 1",
  ])("%s", (message) => {
    expect(stateOf("build", message)).toBe("unknown");
  });

  test.each([
    "passed 2 days ago",
    "passed 12 hours ago",
    "passed in 5 minutes",
    "passing, 30 seconds",
    "build #7 - passed",
    "999 passing",
    "passing on main",
    "passed (linux, windows)",
  ])("but %s is passing", (message) => {
    expect(stateOf("build", message)).toBe("passing");
  });
});
