import { describe, expect, test } from "vitest";
import { closingLines } from "../../../scripts/test/closing-lines.ts";

const file = (...statuses: string[]) => ({
  name: "a.test.ts",
  status: statuses.includes("failed") ? "failed" : "passed",
  assertionResults: statuses.map((status, index) => ({ status, fullName: `test ${index} (why)` })),
});
const lastOf = (files: ReturnType<typeof file>[], isContent = true) =>
  closingLines({ testResults: files }, isContent).lines.at(-1);

describe("the closing line of the tests", () => {
  test("counts what passed and failed over all files", () => {
    expect(lastOf([file("passed", "passed"), file("passed", "failed")], false)).toBe(
      "3 passed, 1 failed",
    );
  });

  test("names each skipped test before it counts them", () => {
    expect(closingLines({ testResults: [file("passed", "skipped")] }, true).lines).toEqual([
      "skipped: test 1 (why)",
      "1 passed, 0 failed, 1 skipped",
    ]);
  });

  test("names each failed test, with the first lines of what it said", () => {
    const test = {
      status: "failed",
      fullName: "world is round",
      failureMessages: ["\u001b[31mexpected flat\u001b[39m\n\n  at earth.ts:1"],
    };
    const report = {
      testResults: [{ name: "a.test.ts", status: "failed", assertionResults: [test] }],
    };
    expect(closingLines(report, false).lines).toEqual([
      "failed: a.test.ts: world is round",
      "    expected flat",
      "      at earth.ts:1",
      "0 passed, 1 failed",
    ]);
  });

  test("names a file that could not be run, with the reason", () => {
    const report = {
      testResults: [{ ...file(), status: "failed", message: "SyntaxError: no" }],
    };
    expect(closingLines(report, false).lines).toEqual([
      "failed: a.test.ts",
      "    SyntaxError: no",
      "0 passed, 1 failed",
    ]);
  });

  test("counts a file that could not be run as a failure", () => {
    expect(lastOf([file("passed"), { ...file(), status: "failed" }], false)).toBe(
      "1 passed, 1 failed",
    );
  });

  test("is a failure where nothing ran, or the runner says so without a reason", () => {
    expect(lastOf([])).toBe("0 passed, 1 failed");
    expect(lastOf([file("passed")], false)).toBe("1 passed, 1 failed");
  });
});
