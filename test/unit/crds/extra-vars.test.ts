import { describe, expect, test } from "vitest";
import { problemsOfExtraVars } from "../../../crds/extra-vars.ts";
import { isExpected, isResult } from "../../../crds/verdicts.ts";

const schema = {
  type: "object",
  required: ["targets"],
  properties: {
    targets: { type: "array", items: { type: "string" } },
    attempts: { type: "integer", minimum: 1, maximum: 10 },
    mode: { type: "string", enum: ["fast", "slow"] },
  },
};

describe("problems of extraVars", () => {
  test("are none where all fit", () => {
    expect(problemsOfExtraVars(schema, { targets: ["a"], attempts: 1, mode: "fast" })).toEqual([]);
    expect(problemsOfExtraVars(undefined)).toEqual([]);
  });

  test("are told all at once, each with its name, the value and what is expected", () => {
    expect(problemsOfExtraVars(schema, { attempts: "3", mode: "odd", speed: 1 })).toEqual([
      "extraVars.targets is required.",
      "extraVars.speed is not declared by the role; it takes targets, attempts, mode.",
      'extraVars.attempts is "3"; it must be integer.',
      'extraVars.mode is "odd"; it must be equal to one of the allowed values: fast, slow.',
    ]);
  });

  test("name the place within a list", () => {
    expect(problemsOfExtraVars(schema, { targets: ["a", 2] })).toEqual([
      "extraVars.targets.1 is 2; it must be string.",
    ]);
  });

  test("include every variable where the role declares none", () => {
    expect(problemsOfExtraVars(undefined, { a: 1 })).toEqual([
      "extraVars.a is not declared by the role; it takes none.",
    ]);
  });

  test("include names that Ansible or Pystol use, also where a schema would allow them", () => {
    const lax = { properties: { ansible_connection: {}, pystol_targets: {} } };
    expect(
      problemsOfExtraVars(lax, { ansible_connection: "ssh", pystol_targets: [], ansible_x: 1 }),
    ).toEqual([
      "extraVars.ansible_connection is reserved: names that begin with ansible_ or pystol_ cannot be set.",
      "extraVars.pystol_targets is reserved: names that begin with ansible_ or pystol_ cannot be set.",
      "extraVars.ansible_x is reserved: names that begin with ansible_ or pystol_ cannot be set.",
    ]);
  });
});

describe("problems of extraVars that Secrets add to", () => {
  test("hold no value of a Secret", () => {
    const options = { hidden: new Set(["mode"]) };
    expect(
      problemsOfExtraVars(schema, { targets: ["a"], attempts: 0, mode: "hunter2" }, options),
    ).toEqual([
      "extraVars.attempts is 0; it must be >= 1.",
      "extraVars.mode is a value from a Secret; it must be equal to one of the allowed values: fast, slow.",
    ]);
  });

  test("do not include what the Secrets may have", () => {
    expect(problemsOfExtraVars(schema, { attempts: 0 }, { partial: true })).toEqual([
      "extraVars.attempts is 0; it must be >= 1.",
    ]);
  });
});

describe("a verdict", () => {
  test("is expected where its author says so, but an Error never is", () => {
    expect(isExpected("Passed", undefined)).toBe(true);
    expect(isExpected("NoTargets", undefined)).toBe(false);
    expect(isExpected("NoTargets", ["NoTargets"])).toBe(true);
    expect(isExpected("Passed", ["NoTargets"])).toBe(false);
    expect(isExpected("Error", ["Error"])).toBe(false);
  });

  test("is a result where it says how the fault went", () => {
    const results = (
      ["Passed", "Failed", "Error", "NoTargets", "TargetBusy", "Aborted", "TimedOut"] as const
    ).filter(isResult);
    expect(results).toEqual(["Passed", "Failed", "NoTargets"]);
  });
});

test("a schema that was mended is taken, whatever $id it has", () => {
  const schema = { $id: "https://acme.example/faults", properties: { seconds: { type: "numbr" } } };
  expect(() => problemsOfExtraVars(schema, {})).toThrow(/type must be JSONType/);
  const mended = { ...schema, properties: { seconds: { type: "number" } } };
  expect(problemsOfExtraVars(mended, { seconds: 1 })).toEqual([]);
});
