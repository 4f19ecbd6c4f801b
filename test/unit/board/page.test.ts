import { describe, expect, test } from "vitest";
import { boardView } from "../../../board/page/board-view.ts";
import { runView } from "../../../board/page/run-view.ts";
import { parseReport, ReportError } from "../../../board/results/parse-report.ts";
import { actionOf, COLLECTED_AT, recordOf, reportOf, stateOf } from "../../support/board-state.ts";

const NOW = Date.parse(COLLECTED_AT) + 60_000;
const PROBLEM = { since: COLLECTED_AT, reason: "it refused the connection" };

describe("the board", () => {
  test("shows the worst first, in groups and in the head", () => {
    const view = boardView(
      stateOf({
        a: recordOf("passing"),
        b: recordOf("info"),
        c: recordOf("failing"),
        d: recordOf("running"),
      }),
      [],
      NOW,
    );
    expect(view.groups[0]?.tiles.map(({ label }) => label)).toEqual(["c", "d", "a", "b"]);
    expect(view.groups[0]?.look).toBe("failing");
    expect(view.headline).toBe("1 failing");
    expect(view.counts.map(({ count, word }) => `${count} ${word}`)).toEqual([
      "1 failing",
      "1 running",
      "1 passing",
      "1 info",
    ]);
  });

  test("says all passing only if nothing else is there", () => {
    const headline = (...records: Parameters<typeof recordOf>[0][]) =>
      boardView(
        stateOf(Object.fromEntries(records.map((state) => [state, recordOf(state)]))),
        [],
        NOW,
      ).headline;
    expect(headline("passing", "info")).toBe("all passing");
    expect(headline("passing", "skipped")).toBe("1 skipped");
    expect(headline("passing", "unknown")).toBe("1 unknown");
    expect(headline("info")).toBe("1 info");
    expect(boardView({ ...stateOf({}), groups: [] }, [], NOW).headline).toBe("nothing to show");
  });

  test("never leaves a green tile whose badge gave no answer", () => {
    const record = { ...recordOf("passing"), problem: PROBLEM };
    const tile = boardView(stateOf({ a: record }), [], NOW).groups[0]?.tiles[0];
    expect(tile).toMatchObject({
      look: "unread",
      word: "no reading",
      message: "it refused the connection",
      readAt: { utc: "23 Nov 2026, 08:00 UTC" },
    });
    expect(tile?.details).toContainEqual({ term: "Last", text: "passing" });
  });

  test("shows a badge that was never collected as one without a reading", () => {
    expect(boardView(stateOf({ a: undefined }), [], NOW).groups[0]?.tiles[0]).toMatchObject({
      look: "unread",
      message: "not collected yet",
    });
  });

  test("gives the rule as the reason, and never the address, which may hold a token", () => {
    const view = boardView(stateOf({ a: recordOf("failing") }), [], NOW);
    expect(view.groups[0]?.tiles[0]?.details).toContainEqual({
      term: "Rule",
      text: 'text: the word "failing"',
    });
    expect(JSON.stringify(view)).not.toContain("s3cret");
  });

  test("is stale once the collection is older than the configuration allows", () => {
    const state = stateOf({ a: recordOf("passing") });
    const day = 24 * 3_600_000;
    expect(boardView(state, [], Date.parse(COLLECTED_AT) + day).isStale).toBe(false);
    expect(boardView(state, [], Date.parse(COLLECTED_AT) + day + 1).isStale).toBe(true);
  });
});

describe("a run", () => {
  const viewOf = (...args: Parameters<typeof reportOf>) =>
    runView({ source: "/out/results.json", report: reportOf(...args) });

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
      duration: "2 h 10 min",
      endedAt: { utc: "23 Nov 2026, 10:10 UTC" },
    });
    expect(run.faults[0]?.facts).toEqual(["held 1 min 10 s", "took 1 min 20 s", "1 target"]);
    expect(run.faults[0]?.injectedAfter).toBe("4.0 s");
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
    expect(
      runView({ source: "https://ci.example/r.json?t=s3cret", problem: "it is not valid JSON" }),
    ).toMatchObject({
      look: "unread",
      name: "ci.example",
      problem: "it is not valid JSON",
    });
  });
});

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
