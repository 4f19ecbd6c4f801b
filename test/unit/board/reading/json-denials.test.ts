import { describe, expect, test } from "vitest";
import { readText } from "../../../support/board-badges.ts";

const stateOf = (body: string) => readText(body).state;

describe("JSON that says success is unknown", () => {
  test.each([
    ["beside a message that nobody understands", { message: "Not authenticated, please log in" }],
    ["beside a value that nobody understands", { value: "captcha needed" }],
    ["beside both", { message: "passing", value: "kaputt" }],
    ["beside another state that nobody understands", { result: "kaputt" }],
    ["with a count of errors", { errorCount: 5 }],
    ["with a count of failed tests", { failed_tests: 3 }],
    ["with a number of failures", { num_failures: 3 }],
    ["with failures as a string", { stats: { failures: "2" } }],
    ["with failed jobs", { failedJobs: ["a"] }],
    ["with failed-jobs", { "failed-jobs": ["a"] }],
    ["with a false in letters", { ok: "false" }],
    ["with a no", { success: "no" }],
    ["with a success that is not understood", { success: "nope" }],
    ["with a success that is null", { passed: null }],
    ["with isHealthy false", { isHealthy: false }],
    ["with not_ok", { not_ok: true }],
    ["while building", { building: true }],
    ["while in_progress", { in_progress: true }],
    ["while inProgress, nested", { build: { inProgress: true } }],
    ["when cancelled", { cancelled: true }],
    ["when cancelled at a time", { cancelled_at: "2026-11-20T10:00:00Z" }],
    ["when stale", { stale: true }],
    ["when expired", { expired: "yes" }],
    ["where no test ran", { tests: 0 }],
    ["where no test ran, in two words", { totalTests: "0" }],
    ["with a description of failures", { description: "3 failed, 1 passed" }],
    ["with a title", { title: "Build failed" }],
    ["with a message inside", { sub: { message: "tests failing on linux" } }],
    ["with a share", { check: "2 of 3 failed" }],
    ["with a list of words", { notes: ["fine", "deploy is failing"] }],
    ["with an exit code", { return_code: 2 }],
  ])("%s", (_what, more) => {
    expect(stateOf(JSON.stringify({ status: "success", ...more }))).toBe("unknown");
  });

  test.each([
    '{"status":"failed","status":"success"}',
    '{"status":"success","a":{"b":1,"\\u0062":2}}',
  ])("with a key twice: %s", (body) => {
    expect(stateOf(body)).toBe("unknown");
  });
});

describe("JSON that says success is passing", () => {
  test.each([
    ["by itself", {}],
    ["beside an empty message", { message: "" }],
    ["beside a message of its kind", { message: "passing" }],
    ["with no errors", { errorCount: 0, failed_tests: "0", failedJobs: [], failures: "none" }],
    ["with flags that are off", { building: false, in_progress: "false", stale: false }],
    [
      "with times",
      { started_at: "2026-11-20T10:00:00Z", cancelled_at: null, queued_at: 1700000000 },
    ],
    ["with a name that sounds bad", { name: "failing-tests", jobs: [{ name: "error-pages" }] }],
    ["with a commit", { head_commit: { message: "Fix the failing tests" } }],
    [
      "with addresses",
      { html_url: "https://ci.example/failed/1", badge: "https://ci.example/failing.svg" },
    ],
    ["with counts", { tests: 12, passed: 12, skipped: 2 }],
    ["with agreement in letters", { ok: "true", success: "yes", healthy: 1 }],
    ["that is completed", { state: "completed" }],
    ["with the same key in two objects", { a: { id: 1 }, b: { id: 1 } }],
    ["with a string that looks like a key", { a: '"status":', b: '"status":' }],
  ])("%s", (_what, more) => {
    expect(stateOf(JSON.stringify({ status: "success", ...more }))).toBe("passing");
  });

  test("a message that informs stays information", () => {
    expect(stateOf('{"status":"success","message":"v1.2.3"}')).toBe("info");
    expect(stateOf('{"status":"success","label":"coverage","message":"85%"}')).toBe("passing");
  });
});
