import { describe, expect, test } from "vitest";
import { junitXml } from "../../../../client/report/junit.ts";
import { result, results } from "../../../support/action-results.ts";
import { type Element, elementsOf } from "../../../support/xml-elements.ts";

function named(xml: string, name: string): Element[] {
  return elementsOf(xml).filter((element) => element.name === name);
}

describe("JUnit XML", () => {
  test("has a case for each action, with how long it took", () => {
    const xml = junitXml(results(result(), result({ name: "other", startTime: null })));
    expect(named(xml, "testcase").map(({ attributes }) => attributes)).toEqual([
      { classname: "shop", name: "kill-web", time: "12.500" },
      { classname: "shop", name: "other", time: "0.000" },
    ]);
    expect(named(xml, "testsuite")[0]?.attributes).toMatchObject({
      tests: "2",
      failures: "0",
      errors: "0",
      time: "60.000",
    });
  });

  test.each([
    ["Failed", "failure"],
    ["NoTargets", "failure"],
    ["Passed", "failure"],
    ["Error", "error"],
    ["TimedOut", "error"],
    ["Aborted", "error"],
    ["TargetBusy", "error"],
  ] as const)("calls an unexpected %s a %s, with the reason", (verdict, kind) => {
    const xml = junitXml(results(result({ verdict, expected: false, message: "Why." })));
    const [problem] = named(xml, kind);
    expect(problem?.attributes).toEqual({
      type: verdict,
      message: `${verdict} (expected Passed): Why.`,
    });
    expect(named(xml, "testsuite")[0]?.attributes[`${kind}s`]).toBe("1");
  });

  test("has no problem for a verdict that is expected", () => {
    const xml = junitXml(results(result({ verdict: "Failed", expect: ["Failed"] })));
    expect(named(xml, "failure")).toEqual([]);
  });

  test("is never empty where the whole failed", () => {
    const xml = junitXml({ ...results(), outcome: "failed", message: "no cluster" });
    expect(named(xml, "error")[0]?.attributes.message).toBe("no cluster");
    expect(named(xml, "testsuite")[0]?.attributes).toMatchObject({ tests: "1", errors: "1" });
  });

  test("has an error where the outcome is failed and no case says why", () => {
    const xml = junitXml({ ...results(result()), outcome: "failed" });
    expect(named(xml, "testsuite")[0]?.attributes).toMatchObject({ tests: "2", errors: "1" });
  });

  test("names the manifest and its line", () => {
    const xml = junitXml(results(result({ file: "chaos/kill.yaml", line: 12 })));
    expect(named(xml, "testcase")[0]?.attributes).toMatchObject({
      file: "chaos/kill.yaml",
      line: "12",
    });
  });

  test.each([
    [{ recovered: false }, "It ended Passed, but its effect was not seen to end: Killed 1 pod."],
    [
      { verified: false },
      "It ended Passed, but without evidence, which is required: Killed 1 pod.",
    ],
  ])("says of an expected verdict with %j why it is a failure", (changes, message) => {
    const xml = junitXml(results(result({ ...changes, expected: false })));
    expect(named(xml, "failure")[0]?.attributes).toEqual({ type: "Passed", message });
  });

  test("has a case for each command and each probe, and names no two alike", () => {
    const command = {
      actions: ["shop/a"],
      outcome: "passed" as const,
      exitCode: 0,
      seconds: 2,
      coveredSeconds: 2,
      message: "",
    };
    const probe = {
      name: "web",
      phase: "during" as const,
      outcome: "breached" as const,
      checks: 3,
      failures: 1,
      message: "503",
      startTime: "2026-01-01T00:00:00Z",
      completionTime: "2026-01-01T00:00:03Z",
    };
    const failed = { ...command, outcome: "failed" as const, exitCode: 7 };
    const xml = junitXml({ ...results(), commands: [command, failed], probes: [probe] });
    expect(named(xml, "testcase").map(({ attributes }) => attributes)).toEqual([
      { classname: "pystol.command", name: "run under shop/a", time: "2.000" },
      { classname: "pystol.command", name: "run under shop/a (2)", time: "2.000" },
      { classname: "pystol.probe", name: "web during", time: "3.000" },
    ]);
    expect(named(xml, "failure").map(({ attributes }) => attributes)).toEqual([
      { type: "Command", message: "exit code 7" },
      {
        type: "Probe",
        message: "The probe web was breached during the fault, 1 of 3 checks failed: 503",
      },
    ]);
  });

  test("shows hostile text as it is, and stays well-formed", () => {
    const hostile = `"/><failure a='b'>]]>&amp;<!-- \n\t end`;
    const xml = junitXml(
      results(result({ name: hostile, message: hostile, verdict: "Failed", expected: false })),
    );
    expect(named(xml, "testcase")[0]?.attributes.name).toBe(hostile);
    expect(named(xml, "failure")[0]?.text).toBe(`Failed (expected Passed): ${hostile}`);
    expect(named(xml, "failure")).toHaveLength(1);
  });

  test("replaces what XML cannot hold", () => {
    const xml = junitXml(results(result({ name: "a\u0000b\u001b[31mc\ud800d\uffffe" })));
    expect(named(xml, "testcase")[0]?.attributes.name).toBe("a\ufffdb\ufffd[31mc\ufffdd\ufffde");
  });
});
