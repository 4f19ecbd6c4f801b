import { describe, expect, test } from "vitest";
import { boundMs, isFinished, overdueMessage, phaseLine } from "../../../client/scenario/judge.ts";
import type { PystolActionStatus } from "../../../crds/types/pystolactions.ts";
import { manifest } from "../../support/manifests.ts";

function action(status: PystolActionStatus, spec: object = {}) {
  return { ...manifest({ role: "r", ...spec }).action, status };
}

function condition(type: string, status: "True" | "False" | "Unknown") {
  return { type, status, reason: "R", message: "m", lastTransitionTime: "2026-01-01T00:00:00Z" };
}

describe("an action has ended", () => {
  test.each(["Complete", "Failed"])("once its condition %s is true", (type) => {
    expect(isFinished(action({ conditions: [condition(type, "True")] }))).toBe(true);
  });

  test("not by any other condition, a false one, its phase, or its verdict alone", () => {
    expect(isFinished(action({ conditions: [condition("Injected", "True")] }))).toBe(false);
    expect(isFinished(action({ conditions: [condition("Complete", "False")] }))).toBe(false);
    expect(isFinished(action({ phase: "Complete", verdict: "Passed" }))).toBe(false);
    expect(isFinished(manifest().action)).toBe(false);
  });
});

describe("an action must have ended", () => {
  test("a minute after its start deadline and its timeout", () => {
    const spec = { startDeadline: "30s", timeout: "2m" };
    expect(boundMs(action({}, spec))).toBe(30_000 + 120_000 + 60_000);
  });

  test("by the defaults of the CRD where it says nothing", () => {
    expect(boundMs(action({}))).toBe(60_000 + 300_000 + 60_000);
  });
});

describe("an overdue action", () => {
  test("that nobody touched points at the operator", () => {
    expect(overdueMessage(action({}))).toMatch(
      /^No verdict after 7 min .*never touched.*is the operator running/,
    );
  });

  test("is described by what was seen last", () => {
    const seen = action({
      phase: "Starting",
      message: "no node fits",
      conditions: [condition("Accepted", "True")],
    });
    expect(overdueMessage(seen)).toContain(
      "last seen Starting: no node fits; the operator may have gone",
    );
  });
});

test.each([
  [{}, "Pending"],
  [{ phase: "Queued", queuePosition: 3 }, "Queued, 3 before it"],
  [{ phase: "Starting", message: "pulling" }, "Starting: pulling"],
  [{ phase: "Complete", verdict: "Passed", message: "Killed." }, "Passed: Killed."],
] as const)("%j is shown as %s", (status, line) => {
  expect(phaseLine(action(status))).toBe(line);
});
