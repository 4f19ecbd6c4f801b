import { describe, expect, test } from "vitest";
import { parseReport, ReportError } from "../../../board/results/parse-report.ts";
import { actionOf, reportOf } from "../../support/board-state.ts";

describe("a results file", () => {
  test("may hold more than the board knows", () => {
    const report = { ...reportOf([actionOf()]), tool: "newer" };
    expect(parseReport(JSON.stringify(report)).actions).toHaveLength(1);
  });

  test.each([
    ["{", "it is not valid JSON"],
    ["[]", "the document must be object"],
    [
      '{"schemaVersion":2,"outcome":"passed","actions":[]}',
      "schemaVersion must be equal to constant",
    ],
    [
      '{"schemaVersion":1,"outcome":"green","actions":[]}',
      "outcome must be equal to one of the allowed values (passed,failed)",
    ],
    [
      JSON.stringify(reportOf([{ ...actionOf(), verdict: "Fine" as "Passed" }])),
      "actions/0/verdict must be equal to one of",
    ],
    [
      JSON.stringify(reportOf([{ ...actionOf(), expected: "yes" as unknown as boolean }])),
      "actions/0/expected must be boolean",
    ],
    [
      JSON.stringify(reportOf([actionOf({ startTime: "<script>" })])),
      "actions/0/startTime must match pattern",
    ],
  ])("%s is refused", (text, message) => {
    expect(() => parseReport(text)).toThrow(ReportError);
    expect(() => parseReport(text)).toThrow(message);
  });
});
