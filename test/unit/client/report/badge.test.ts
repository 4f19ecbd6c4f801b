import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { badgeSvg, endpointBadge } from "../../../../client/report/badge.ts";
import { result, results } from "../../../support/action-results.ts";

const bad = result({ verdict: "Failed", expected: false });
const command = {
  actions: ["shop/a"],
  outcome: "failed" as const,
  exitCode: 1,
  seconds: 1,
  coveredSeconds: null,
  message: "",
};
const probe = { name: "web", phase: "during" as const, checks: 3, failures: 1, message: "503" };

describe("the badge for shields.io", () => {
  test.each([
    ["what passed", results(result(), result()), "2 of 2 passed", "brightgreen"],
    ["what failed", results(result(), bad), "1 of 2 failed", "red"],
    ["a pass without evidence", results(result({ verified: false })), "unverified", "yellow"],
    [
      "one pass of two without evidence",
      results(result(), result({ verified: false })),
      "2 of 2 passed, 1 unverified",
      "yellow",
    ],
    ["nothing", results(), "no actions", "lightgrey"],
    ["a run that failed as a whole", { ...results(), outcome: "failed" }, "failed", "red"],
    [
      "an expected NoTargets",
      results(result({ verdict: "NoTargets", expect: ["NoTargets"], verified: false })),
      "1 of 1 passed",
      "brightgreen",
    ],
    [
      "an Error that calls itself expected",
      results(result({ verdict: "Error" })),
      "1 of 1 failed",
      "red",
    ],
    ["what was not undone", results(result({ recovered: false })), "1 of 1 failed", "red"],
    ["a failed command", { ...results(result()), commands: [command] }, "command failed", "red"],
    [
      "a breached probe",
      { ...results(result()), probes: [{ ...probe, outcome: "breached" }] },
      "probe breached",
      "red",
    ],
    [
      "a failed part of the run",
      { ...results(result()), steps: [{ name: "Faults", outcome: "failed", seconds: 1 }] },
      "failed",
      "red",
    ],
  ] as const)("of %s", (_name, given, message, color) => {
    const isError = color === "red" ? { isError: true } : {};
    expect(endpointBadge(given as Parameters<typeof endpointBadge>[0])).toEqual({
      schemaVersion: 1,
      label: "faults",
      message,
      color,
      ...isError,
    });
  });

  test("is green only where all is as expected, verified and undone", () => {
    const action = fc.record({
      verdict: fc.constantFrom("Passed", "Failed", "Error", "NoTargets"),
      expected: fc.boolean(),
      verified: fc.boolean(),
      recovered: fc.constantFrom(true, false, null),
    });
    fc.assert(
      fc.property(fc.array(action), fc.constantFrom("passed", "failed"), (actions, outcome) => {
        const all = actions.map((each) => result(each as Parameters<typeof result>[0]));
        const { color } = endpointBadge({ ...results(...all), outcome: outcome as "passed" });
        if (color !== "brightgreen") return;
        expect(outcome).toBe("passed");
        expect(actions.length).toBeGreaterThan(0);
        for (const each of actions) {
          expect(each.expected && each.recovered !== false && each.verdict !== "Error").toBe(true);
          expect(each.verified || each.verdict !== "Passed").toBe(true);
        }
      }),
    );
  });

  test("is the same as an image", () => {
    const svg = badgeSvg(results(result(), bad));
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain('aria-label="faults: 1 of 2 failed"');
  });
});
