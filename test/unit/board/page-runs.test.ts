import { describe, expect, test } from "vitest";
import { loadTexts } from "../../../board/languages/load-texts.ts";
import { pageContext } from "../../../board/page/page-context.ts";
import { runView } from "../../../board/page/run-view.ts";
import type { LoadedReport } from "../../../board/results/load-report.ts";
import { actionOf, reportOf } from "../../support/board-state.ts";

const context = pageContext(await loadTexts("en"), "UTC");
const viewLoaded = (loaded: LoadedReport) => runView(loaded, "run-1", context);
const viewOf = (...args: Parameters<typeof reportOf>) =>
  viewLoaded({ source: "/out/results.json", report: reportOf(...args) });

describe("a run", () => {
  test.each([
    [{}, "passing", "Passed, verified"],
    [{ verified: false }, "unverified", "Passed, unverified"],
    [{ verdict: "NoTargets", verified: false }, "expected", "NoTargets, as expected"],
    [{ verdict: "Failed" }, "expected", "Failed, as expected"],
    [{ verdict: "NoTargets", expected: false }, "failing", "NoTargets, not expected"],
    [{ verdict: "Passed", expected: false }, "failing", "Passed, not expected"],
    [{ verdict: "TimedOut", expected: false }, "failing", "TimedOut, not expected"],
    [{ verdict: "Error", expected: true }, "failing", "Error, though expected"],
  ] as const)("with %j looks %s: %s", (parts, look, word) => {
    expect(viewOf([actionOf(parts)]).faults[0]).toMatchObject({ look, word });
  });

  test("passes as a whole only with nothing unverified and at least one action", () => {
    const expected = actionOf({ verdict: "NoTargets", verified: false });
    expect(viewOf([actionOf(), expected]).look).toBe("passing");
    expect(viewOf([expected]).look).toBe("expected");
    expect(viewOf([actionOf(), actionOf({ verified: false })]).look).toBe("unverified");
    expect(viewOf([]).look).toBe("unknown");
    expect(viewOf([actionOf()], { outcome: "failed" }).look).toBe("failing");
  });

  test("that says passed over an unexpected verdict is contradicted", () => {
    const run = viewOf([actionOf({ verdict: "Failed", expected: false })]);
    expect(run).toMatchObject({
      look: "failing",
      problem: "the file says passed, but an action in it did not",
    });
  });

  test("shows how long the fault held, and its evidence", () => {
    const run = viewOf([actionOf()]);
    expect(run).toMatchObject({
      duration: "2 hr 10 min",
      endedAt: { text: "23 Nov 2026, 10:10 UTC" },
    });
    expect(run.faults[0]?.facts).toEqual(["held 1 min 10 sec", "took 1 min 20 sec", "1 target"]);
    expect(run.faults[0]?.injectedAfter).toBe("4.0 sec");
    expect(run.faults[0]?.targets).toEqual([
      { name: "Pod shop/web-1", outcome: "Gone", evidence: "ms 2" },
    ]);
  });

  test("is named after its cluster, and says why it failed where no action does", () => {
    const run = viewOf([], {
      outcome: "failed",
      message: "The images cannot be loaded.",
      cluster: { name: "kind-a" },
    });
    expect(run).toMatchObject({
      name: "cluster kind-a",
      look: "failing",
      problem: "The images cannot be loaded.",
    });
  });

  test("counts the targets that its writer left out", () => {
    const run = viewOf([actionOf({ targetsOmitted: 60 })]);
    expect(run.faults[0]?.facts).toContain("61 targets");
    expect(run.faults[0]?.moreTargets).toBe(11);
  });

  test("shows evidence of any form and depth as a line", () => {
    const evidenceOf = (evidence: unknown) =>
      viewOf([actionOf({ targets: [{ name: "x", evidence }] })]).faults[0]?.targets[0]?.evidence;
    expect(evidenceOf({ received: 10, latencyMs: { max: 42.8 }, gone: null })).toBe(
      "received 10, latencyMs (max 42.8), gone none",
    );
    expect(evidenceOf(undefined)).toBe("");
    const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as unknown;
    expect(evidenceOf(deep)).toBe("((…))");
    expect(evidenceOf("x".repeat(1000))).toHaveLength(300);
  });

  test("of more than fits is cut with a count, the worst kept", () => {
    const bad = actionOf({ name: "bad", verdict: "Failed", expected: false });
    const targets = Array.from({ length: 60 }, () => ({ name: "x" }));
    const run = viewOf([...Array.from({ length: 250 }, () => actionOf({ targets })), bad]);
    expect(run.faults).toHaveLength(200);
    expect(run.moreFaults).toBe(51);
    expect(run.faults[0]?.name).toBe("shop/bad");
    expect(run.faults[1]).toMatchObject({ moreTargets: 10 });
  });

  test("that cannot be read has its problem, and no green", () => {
    const source = "https://ci.example/r.json?t=s3cret";
    expect(viewLoaded({ source, problem: "it is not valid JSON" })).toMatchObject({
      look: "unread",
      name: "ci.example",
      problem: "it is not valid JSON",
    });
  });
});
