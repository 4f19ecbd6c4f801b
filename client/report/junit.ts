import type { Results } from "../../crds/types/results.ts";
import { isResult } from "../../crds/verdicts.ts";
import type { ActionResult } from "../results.ts";
import { targetName, tookSeconds } from "./evidence.ts";

/**
 * Results as JUnit XML: a test case for each action. A verdict that is a result of the run but not the expected one is a
 * failure, any other unexpected one an error. What failed as a whole is a case of its own, so that no reader takes an empty
 * suite for a pass. The format as common readers take it: https://github.com/testmoapp/junitxml
 */
export function junitXml(results: Results): string {
  const cases = results.actions.map(testCase);
  if (results.message !== undefined) cases.push(wholeCase(results.message));
  const count = (kind: Case["kind"]) => cases.filter((each) => each.kind === kind).length;
  const seconds = (Date.parse(results.completionTime) - Date.parse(results.startTime)) / 1000;
  const totals = attributes({
    name: "pystol",
    tests: cases.length,
    failures: count("failure"),
    errors: count("error"),
    skipped: 0,
    time: seconds.toFixed(3),
  });
  const suite = `${totals} timestamp="${escapeXml(results.startTime)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite ${suite}>`,
    ...cases.map(({ xml }) => xml),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

interface Case {
  kind: "pass" | "failure" | "error";
  xml: string;
}

function testCase(result: ActionResult): Case {
  const kind = result.expected ? "pass" : isResult(result.verdict) ? "failure" : "error";
  const expected = (result.expect ?? ["Passed"]).join(" or ");
  const problem = `${result.verdict} (expected ${expected}): ${result.message}`;
  const properties = { role: result.role, verdict: result.verdict, verified: result.verified };
  const evidence = result.targets.map(
    (target) =>
      `${targetName(target)}: ${target.outcome ?? "-"} ${JSON.stringify(target.evidence ?? {})}`,
  );
  const head = attributes({
    classname: result.namespace,
    name: result.name,
    time: (tookSeconds(result) ?? 0).toFixed(3),
  });
  const xml = [
    `    <testcase ${head}>`,
    "      <properties>",
    ...Object.entries(properties).map(
      ([name, value]) => `        <property ${attributes({ name, value })}/>`,
    ),
    "      </properties>",
    ...(kind === "pass" ? [] : [element(kind, result.verdict, problem)]),
    `      <system-out>${escapeXml([result.message, ...evidence].join("\n"))}</system-out>`,
    "    </testcase>",
  ].join("\n");
  return { kind, xml };
}

function wholeCase(message: string): Case {
  const xml = [
    `    <testcase ${attributes({ classname: "pystol", name: "run", time: "0.000" })}>`,
    element("error", "Error", message),
    "    </testcase>",
  ].join("\n");
  return { kind: "error", xml };
}

function element(kind: string, type: string, message: string): string {
  return `      <${kind} ${attributes({ type, message })}>${escapeXml(message)}</${kind}>`;
}

function attributes(values: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(String(value))}"`)
    .join(" ");
}

/** Text for XML 1.0, in an element or a quoted attribute. Characters that XML cannot hold at all become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.codePointAt(0)};`);
}
