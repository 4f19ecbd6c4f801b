import { describe, expect, test } from "vitest";
import { parseText } from "../../../support/manifests.ts";

const head = `apiVersion: pystol.org/v1alpha1
kind: PystolAction
metadata: { name: kill-web }
spec:
  role: killpods
`;

/** "line:column: message" of each problem. */
function problemsOf(text: string): string[] {
  return parseText(text).problems.map(({ message, position }) =>
    position ? `${position.line}:${position.column}: ${message}` : message,
  );
}

describe("a file of manifests", () => {
  test("gives every document's action, the namespace filled in where it is left out", () => {
    const other = head.replace("name: kill-web", "name: other, namespace: bar");
    const { manifests, problems } = parseText(`${head}---\n---\n# nothing\n---\n${other}`);
    expect(problems).toEqual([]);
    expect(manifests.map(({ action }) => action.metadata)).toEqual([
      { name: "kill-web", namespace: "shop" },
      { name: "other", namespace: "bar" },
    ]);
  });

  test("without any document is a problem", () => {
    expect(problemsOf("# nothing here\n")).toEqual(["a.yaml holds no PystolAction."]);
  });

  test("tells where each field of each document stands", () => {
    const { manifests } = parseText(`${head}---\n${head}  expect: [Passed]\n`);
    expect(manifests[1]?.positionOf(["spec", "expect", 0])).toEqual({
      file: "a.yaml",
      line: 12,
      column: 12,
    });
    expect(manifests[1]?.positionOf(["spec", "seed"])).toMatchObject({ line: 10, column: 1 });
  });
});

describe("a problem is named with its place and what to do", () => {
  test.each([
    [
      "a mistyped field",
      `${head}  timeuot: 5m\n`,
      '6:3: spec.timeuot is not a field; did you mean "timeout"?',
    ],
    [
      "a field of nothing",
      `${head}  colour: red\n`,
      /^6:3: spec\.colour is not a field; there are: role, target/,
    ],
    ["a field that the operator writes", `${head}status: {}\n`, /^6:1: status is not a field/],
    [
      "a nested mistyped field",
      `${head}  target: { names: [a], amout: 1 }\n`,
      '6:25: spec.target.amout is not a field; did you mean "amount"?',
    ],
    [
      "a missing field",
      head.replace("  role: killpods", "  dryRun: true"),
      "4:1: spec.role is required.",
    ],
    ["a missing name", head.replace("name: kill-web", ""), "3:1: metadata.name is required."],
    [
      "a name that Kubernetes refuses",
      head.replace("kill-web", "Kill_Web"),
      /^3:13: metadata\.name is "Kill_Web"; it must match pattern/,
    ],
    ["a wrong type", `${head}  dryRun: "yes"\n`, '6:3: spec.dryRun is "yes"; it must be boolean.'],
    [
      "a number out of bounds",
      `${head}  priority: 5000\n`,
      "6:3: spec.priority is 5000; it must be <= 1000.",
    ],
    [
      "an unknown verdict",
      `${head}  expect: [passed]\n`,
      /^6:12: spec\.expect\[0\] is "passed"; expected one of .*; did you mean "Passed"\?$/,
    ],
    [
      "a duration in other words",
      `${head}  timeout: 5 minutes\n`,
      '6:3: spec.timeout is "5 minutes"; expected a duration from 1s to 24h, for example 90s or 1h30m.',
    ],
    ["a duration beyond a day", `${head}  duration: 25h\n`, /^6:3: spec\.duration is "25h"/],
    [
      "a target of both kinds",
      `${head}  target: { names: [a], selector: {} }\n`,
      "6:3: spec.target must have exactly one of selector and names.",
    ],
    [
      "a target of no kind",
      `${head}  target: {}\n`,
      "6:3: spec.target must have exactly one of selector and names.",
    ],
    [
      "another kind",
      head.replace("PystolAction", "PystolActoin"),
      /^2:1: kind is "PystolActoin"; only PystolAction .* did you mean "PystolAction"\?$/,
    ],
    [
      "a foreign kind",
      head.replace("PystolAction", "Job"),
      /^2:1: kind is "Job"; only PystolAction of pystol\.org\/v1alpha1 can be submitted\.$/,
    ],
    ["another version", head.replace("v1alpha1", "v9"), /^1:1: apiVersion is "pystol\.org\/v9"/],
    ["no kind at all", "just: text\n", /^1:1: kind is missing/],
    ["a list at the top", "- a\n", /^1:1: kind is missing/],
    ["text that is not YAML", "a: [\n", /^2:1: this is not YAML: /],
    ["an alias of nothing", "metadata: *nothing\n", /^1:1: this is not YAML: Unresolved alias/],
    [
      "a key that is there twice",
      `${head}  role: other\n`,
      /^6:3: this is not YAML: Map keys must be unique/,
    ],
  ])("%s", (_what, text, expected) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  test("all of them at once, in every document", () => {
    const bad = `${head}  timeuot: 5m\n  seed: -1\n`;
    expect(problemsOf(`${bad}---\n${bad}---\na: [\n`)).toHaveLength(5);
  });
});

test("extraVars may hold anything, since the role's schema says what fits", () => {
  const { manifests, problems } = parseText(`${head}  extraVars: { a: { b: [1, "{{ x }}"] } }\n`);
  expect(problems).toEqual([]);
  expect(manifests[0]?.action.spec.extraVars).toEqual({ a: { b: [1, "{{ x }}"] } });
});

test("an amount may be a number or a percentage", () => {
  const target = (amount: string) =>
    `${head}  target: { selector: { matchLabels: { a: b } }, amount: ${amount} }\n`;
  expect(problemsOf(target("2"))).toEqual([]);
  expect(problemsOf(target('"50%"'))).toEqual([]);
  expect(problemsOf(target("true"))).toHaveLength(1);
});
