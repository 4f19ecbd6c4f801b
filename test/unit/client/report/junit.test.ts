import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import { junitXml } from "../../../../client/report/junit.ts";
import { result, results } from "../../../support/action-results.ts";

interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
}

/** Every element, in document order; throws if the XML is not well-formed. */
function elementsOf(xml: string): Element[] {
  const parser = new SaxesParser();
  const elements: Element[] = [];
  const open: Element[] = [];
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, text: "" };
    elements.push(element);
    open.push(element);
  });
  parser.on("text", (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on("closetag", () => open.pop());
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
  return elements;
}

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
