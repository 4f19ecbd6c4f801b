import { describe, expect, test } from "vitest";
import { annotationsOf, annotationsOfProblems } from "../../../action/annotations.ts";
import { ManifestError } from "../../../client/manifests/problem.ts";
import { result, results } from "../../support/action-results.ts";

const bad = (name: string, changes = {}) =>
  result({ name, verdict: "Failed", expected: false, message: "Lost.", ...changes });

describe("the annotations of results", () => {
  test("are errors for what failed, at the manifest's line where it is known", () => {
    const action = bad("a", { file: "chaos/a.yaml", line: 7 });
    const command = {
      actions: ["shop/a"],
      outcome: "failed" as const,
      exitCode: 2,
      seconds: 1,
      coveredSeconds: 1,
      message: "",
    };
    const probe = {
      name: "web",
      phase: "during" as const,
      outcome: "breached" as const,
      checks: 3,
      failures: 1,
      message: "503",
    };
    const given = { ...results(result(), action), commands: [command], probes: [probe] };
    expect(annotationsOf(given)).toEqual([
      {
        level: "error",
        title: "shop/a: Failed",
        message: "It ended Failed: Lost.",
        file: "chaos/a.yaml",
        line: 7,
      },
      { level: "error", title: "Command under shop/a", message: "It failed: exit code 2" },
      {
        level: "error",
        title: "Probe web",
        message: "The probe web was breached during the fault, 1 of 3 checks failed: 503",
      },
    ]);
  });

  test("are a warning for a pass without evidence, and nothing for one with evidence", () => {
    const given = results(result(), result({ name: "b", verified: false }));
    expect(annotationsOf(given)).toEqual([
      {
        level: "warning",
        title: "shop/b: unverified",
        message: "It passed, but no evidence backs that: Killed 1 pod.",
      },
    ]);
  });

  test("leave room for the failure's own error, those with a line first, and say how many more there are", () => {
    const many = Array.from({ length: 20 }, (_, index) =>
      bad(`a${index}`, index % 2 ? { file: "a.yaml", line: index } : {}),
    );
    const unsure = Array.from({ length: 20 }, (_, index) =>
      result({ name: `w${index}`, verified: false }),
    );
    const all = annotationsOf(results(...many, ...unsure));
    const errors = all.filter(({ level }) => level === "error");
    expect(errors).toHaveLength(9);
    expect(errors.slice(0, 8).every(({ line }) => line !== undefined)).toBe(true);
    expect(errors.at(-1)?.title).toBe("And 12 more");
    const warnings = all.filter(({ level }) => level === "warning");
    expect(warnings).toHaveLength(10);
    expect(warnings.at(-1)?.title).toBe("And 11 more");
  });

  test("show nine errors without a word on others where there are nine", () => {
    const nine = Array.from({ length: 9 }, (_, index) => bad(`a${index}`));
    expect(annotationsOf(results(...nine)).map(({ title }) => title)).not.toContain("And 1 more");
    expect(annotationsOf(results(...nine))).toHaveLength(9);
  });

  test("are cut before a runner cuts them", () => {
    const [annotation] = annotationsOf(results(bad("a", { message: "x".repeat(9000) })));
    expect(annotation?.message.length).toBe(4000);
    expect(annotation?.message.endsWith("…")).toBe(true);
  });
});

test("the annotations of manifests are at their line and column", () => {
  const position = { file: "a.yaml", line: 3, column: 5 };
  const error = new ManifestError([{ message: "No file." }, { message: "Bad.", position }]);
  expect(annotationsOfProblems(error)).toEqual([
    { level: "error", title: "Manifest", message: "Bad.", ...position },
    { level: "error", title: "Manifest", message: "No file." },
  ]);
});
