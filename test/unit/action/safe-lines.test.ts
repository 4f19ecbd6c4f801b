import { describe, expect, test } from "vitest";
import { safeLines } from "../../../action/safe-lines.ts";
import { parseWorkflowCommand } from "../../../scripts/start/workflow-command.ts";

describe("text from a cluster in the log", () => {
  test.each([
    "::set-output name=outcome::passed",
    "  ::error::x",
    "\u00a0::add-mask::a",
    "\u0085::add-mask::a",
    "first\n::stop-commands::x",
    "first\r::warning::x",
    "first\r\n::warning::x",
  ])("%j holds no workflow command", (text) => {
    for (const line of safeLines(text).split("\n")) {
      expect(parseWorkflowCommand(line)).toBeUndefined();
    }
  });

  test("holds none of the older form either, which may stand anywhere in a line", () => {
    expect(safeLines("a ##[error]b")).not.toContain("##[");
  });

  test("is otherwise left as it is", () => {
    expect(safeLines("std::vector\n  a: b")).toBe("std::vector\n  a: b");
  });
});
