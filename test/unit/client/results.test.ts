import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { headline, resultOf, resultsFrom } from "../../../client/results.ts";
import type { PystolActionStatus } from "../../../crds/types/pystolactions.ts";
import { result, results } from "../../support/action-results.ts";
import { manifest } from "../../support/manifests.ts";

const schema = JSON.parse(
  readFileSync(new URL("../../../crds/results.schema.json", import.meta.url), "utf8"),
);
const isResults = new Ajv({ strict: false, validateFormats: false }).compile(schema);

function ended(status: PystolActionStatus, expectation?: string[]) {
  const written = manifest({
    role: "killpods",
    ...(expectation ? { expect: expectation } : {}),
  });
  return { manifest: written, action: { ...written.action, status } };
}

const times = { startTime: new Date(0), completionTime: new Date(60_000) };

describe("the result of an action", () => {
  test("is its verdict, with what backs it", () => {
    const targets = [{ kind: "Pod", name: "web-1", outcome: "killed" }];
    const status = { verdict: "Passed", verified: true, message: "Killed.", targets } as const;
    expect(resultOf(ended({ ...status, targets }))).toMatchObject({
      verdict: "Passed",
      expected: true,
      verified: true,
      message: "Killed.",
      targets,
    });
  });

  test.each([
    ["Failed", undefined, false],
    ["NoTargets", ["NoTargets"], true],
    ["Passed", ["Failed", "NoTargets"], false],
    ["Error", ["Error"], false],
    ["Aborted", undefined, false],
  ] as const)("%s where %j is expected: expected is %s", (verdict, expectation, expected) => {
    const { expected: is } = resultOf(ended({ verdict }, expectation && [...expectation]));
    expect(is).toBe(expected);
  });

  test("is Error, never expected, where there is no verdict", () => {
    const missing = resultOf(ended({ phase: "Complete", verified: true }, ["Error"]));
    expect(missing).toMatchObject({
      verdict: "Error",
      expected: false,
      message: "It ended without a verdict",
    });
  });

  test("is Error, unverified, where the action was lost, whatever its status says", () => {
    const lost = { ...ended({ verdict: "Passed", verified: true }), problem: "It was deleted" };
    expect(resultOf(lost)).toMatchObject({
      verdict: "Error",
      expected: false,
      verified: false,
      message: "It was deleted",
    });
  });

  test("is Error where the action was never created", () => {
    const never = resultOf({ manifest: manifest(), problem: "It was never created: no cluster" });
    expect(never).toMatchObject({
      name: "kill-web",
      verdict: "Error",
      startTime: null,
      targets: [],
    });
  });
});

describe("the results of a set", () => {
  test("pass only if every action is as expected", () => {
    const good = ended({ verdict: "Passed" });
    const bad = ended({ verdict: "Failed" });
    expect(resultsFrom({ endings: [good, good], ...times }).outcome).toBe("passed");
    expect(resultsFrom({ endings: [good, bad], ...times }).outcome).toBe("failed");
  });

  test("fail where the set failed as a whole, even without actions", () => {
    expect(resultsFrom({ endings: [], message: "no cluster", ...times }).outcome).toBe("failed");
  });

  test("have the form that the schema of results.json gives", () => {
    const endings = [
      ended({ verdict: "Passed", targetsOmitted: 3 }),
      { manifest: manifest(), problem: "gone" },
    ];
    const cluster = { name: "ci", serverVersion: "v1.34.4" };
    for (const message of [undefined, "why"]) {
      const made = resultsFrom({ endings, cluster, message, ...times });
      expect(isResults(made), JSON.stringify(isResults.errors)).toBe(true);
    }
  });
});

describe("the headline", () => {
  test("counts what passed, and says what has no evidence", () => {
    expect(headline(results(result(), result({ verified: false })))).toBe(
      "passed: 2 of 2 actions ended as expected, 1 of them unverified",
    );
  });

  test("names the first action that did not end as expected, with its reason", () => {
    const bad = result({ verdict: "Failed", expected: false, message: "web-1 stayed." });
    expect(headline(results(result(), bad))).toBe(
      "failed: shop/kill-web ended Failed: web-1 stayed. (1 of 2 actions ended as expected)",
    );
  });

  test("gives the reason of the whole first, where there is one", () => {
    const whole = { ...results(), outcome: "failed" as const, message: "no cluster" };
    expect(headline(whole)).toBe("failed: no cluster");
  });
});
