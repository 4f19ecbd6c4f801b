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
