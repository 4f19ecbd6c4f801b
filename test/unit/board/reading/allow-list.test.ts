import { describe, expect, test } from "vitest";
import { judgeWords } from "../../../../board/reading/words/judge-words.ts";

/** What the words of a badge mean; "-" where they hold nothing that is understood. Green is no help to any. */
const stateOf = (label: string, message: string) => judgeWords(label, message, true)?.state ?? "-";

const DOUBTFUL: Record<string, readonly string[]> = {
  "bad words that it does not know": [
    "5 ok, 1 bad",
    "1 offline, 3 ok",
    "10 passed, 2 missing",
    "10 passed, 1 inconclusive",
    "passed 3, lost 1",
    "none of the tests passed",
    "passed, exit code 1",
    "healthy but unreachable",
    "unable to pass",
    "ceased passing",
    "anything but passing",
    "rollback successful",
    "passed by default",
    "by-pass",
    "success 5 | dead 1",
  ],
  "negations in other languages, and in letters that only look alike": [
    "nicht ok",
    "ikke ok",
    "pas ok",
    "niet passed",
    "не passing",
    "no\u0442 passing",
    "n\u043et passing",
    "未 passed",
  ],
  "symbols that it does not know": [
    "✅ 3 ⛔ 1",
    "✅ 🟥",
    "✅ 💥",
    "passing 👎",
    "passing 🔥",
    "passed*",
    "passed ≠ ok",
    "ok ☠",
    "!= passing",
    "!passing",
    "! passing",
  ],
  "nothing that ran": [
    "0 tests, 0 failures",
    "tests: 0, failures: 0",
    "OK (0 tests)",
    "passed 0 tests",
    "ran 0 tests, ok",
    "0/0 failed",
    "0/0 passed",
    "passing 0",
    "passing 00",
    "passing 0.0",
  ],
};

describe.each(Object.entries(DOUBTFUL))("a passing beside %s is unknown", (_what, messages) => {
  test.each(messages)("%s", (message) => {
    expect(stateOf("build", message)).toBe("unknown");
  });
});

describe("a passing stands beside words that say nothing against it", () => {
  test.each([
    "passing on main",
    "main passing",
    "release/1.2 passing",
    "master (a1b2c3d) passed",
    "success @ a1b2c3d",
    "#123 passed",
    "build 1.2.3 passed",
    "passed on Nov 20",
    "passed in 3m 12s",
    "passed in 0.00 s",
    "passed after 35.2s",
    "passed 0 days ago",
    "passed (linux, node 20)",
    "ubuntu/amd64: passing",
    "all checks passed",
    "all 12 tests are passing",
    "latest build passed",
    "Quality Gate passed",
    "backup succeeded",
    "Passed! - Failed: 0, Passed: 3, Skipped: 0",
    "Finished: SUCCESS",
    "completed successfully",
    "production deployment successful",
    "tests OK (120 tests, 340 assertions)",
    "PASS: 10 FAIL: 0",
    "10 ✓ 0 ✗",
    "✅ 3 ❌ 0",
    "3/3 healthy",
    "3 nodes healthy",
    "0 critical, 0 high",
  ])("%s", (message) => {
    expect(stateOf("build", message)).toBe("passing");
  });
});

const MEANINGS: Record<string, ReadonlyArray<readonly [string, string, string]>> = {
  "Argo CD's health and sync, side by side": [
    ["guestbook", "Healthy OutOfSync", "warning"],
    ["guestbook", "Healthy Synced", "passing"],
    ["Healthy", "Synced", "passing"],
    ["Healthy", "OutOfSync", "warning"],
    ["Degraded", "Synced", "warning"],
    ["Progressing", "Synced", "running"],
    ["Missing", "Synced", "-"],
    ["Unknown", "Synced", "unknown"],
    ["Not found", "Synced", "unknown"],
    ["guestbook", "Synced", "-"],
    ["OutOfSync", "Healthy", "warning"],
  ],
  "a tally where others have their name": [
    ["3 failed", "12 passed", "failing"],
    ["0 failed", "12 passed", "passing"],
    ["0 tests", "0 failures", "unknown"],
    ["100 tests", "98 passed", "unknown"],
    ["build 345", "passing", "passing"],
    ["error 404 page", "passing", "passing"],
    ["failing-tests", "passing", "passing"],
  ],
  "a label that ends in a result": [
    ["linux failing", "windows passing", "unknown"],
    ["failing", "passing", "unknown"],
    ["tests not passing", "✓", "unknown"],
    ["failed jobs", "passing", "passing"],
  ],
  "a label that speaks of another number": [
    ["coverage threshold", "90%", "info"],
    ["coverage change", "90%", "info"],
    ["min coverage", "90%", "info"],
    ["fixed vulnerabilities", "0", "info"],
    ["ignored vulnerabilities", "0", "info"],
    ["days without failures", "0", "info"],
    ["uptime error budget", "100%", "info"],
    ["coverage", "90%", "passing"],
    ["vulnerabilities", "0", "passing"],
  ],
  "what is on but says no result": [
    ["renovate", "enabled", "-"],
    ["maintenance mode", "enabled", "-"],
    ["incident", "active", "-"],
    ["issues", "available", "info"],
  ],
  "numbers with words of their own": [
    ["vulnerabilities", "3 high", "failing"],
    ["vulnerabilities", "12+", "failing"],
    ["vulnerabilities", "1 critical, 2 low", "failing"],
    ["pods", "2/3 up", "-"],
    ["services", "1 down", "-"],
    ["pods", "5 pods total, 3 pods ok", "unknown"],
  ],
};

describe.each(Object.entries(MEANINGS))("%s", (_what, rows) => {
  test.each(rows)("%s | %s is %s", (label, message, state) => {
    expect(stateOf(label, message)).toBe(state);
  });
});
