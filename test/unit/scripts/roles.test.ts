import { describe, expect, test } from "vitest";
import { problemsOfExtraVars } from "../../../crds/extra-vars.ts";
import { pystolRoleFrom } from "../../../scripts/generate/roles.ts";

const options = {
  level: {
    type: "str",
    choices: ["low", "high"],
    default: "low",
    description: ["How", "C(much)."],
  },
  count: { type: "int", required: true },
  ratio: { type: "float" },
  force: { type: "bool" },
  hosts: { type: "list", elements: "str" },
  zones: { type: "list", elements: "str", choices: ["a", "b"] },
  rules: {
    type: "list",
    elements: "dict",
    options: { name: { required: true }, weight: { type: "int" } },
  },
};

function role(meta: object = {}, entryPoints: object = {}) {
  return pystolRoleFrom({
    name: "one",
    collection: "acme.tests",
    meta: meta as never,
    specs: { argument_specs: { main: { options }, ...entryPoints } },
  }) as { spec: { arguments: Record<string, unknown> } };
}

describe("the PystolRole of a role", () => {
  test("has the schema that the argument specification says", () => {
    expect(role().spec.arguments).toEqual({
      type: "object",
      required: ["count"],
      additionalProperties: false,
      properties: {
        level: { description: "How much.", type: "string", enum: ["low", "high"], default: "low" },
        count: { type: "integer" },
        ratio: { type: "number" },
        force: { type: "boolean" },
        hosts: { type: "array", items: { type: "string" } },
        zones: { type: "array", items: { type: "string", enum: ["a", "b"] } },
        rules: {
          type: "array",
          items: {
            type: "object",
            required: ["name"],
            additionalProperties: false,
            properties: { name: { type: "string" }, weight: { type: "integer" } },
          },
        },
      },
    });
  });

  test("takes ranges, rights and what it acts on from pystol.yml", () => {
    const meta = {
      verified: true,
      rules: [],
      arguments: { count: { minimum: 1 }, hosts: { items: { pattern: "^a" } } },
    };
    const { spec } = role(meta);
    expect(spec).toMatchObject({
      ...{ collection: "acme.tests", role: "one", phased: false, verified: true, rules: [] },
      arguments: {
        properties: {
          count: { type: "integer", minimum: 1 },
          hosts: { items: { type: "string", pattern: "^a" } },
        },
      },
    });
  });

  test("of phases, on the cluster, says all that the catalogue has words for", () => {
    const meta = {
      ...{ phased: true, undoable: true, checkMode: true, family: "nodes", scope: "Cluster" },
      actsOn: { apiVersion: "v1", kind: "Node" },
      clusterRules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["get"] }],
    };
    const { spec } = role(meta, { inject: { options } });
    expect(spec).toMatchObject(meta);
    expect(spec.arguments).toEqual(role().spec.arguments);
  });

  test("refuses extraVars that do not fit", () => {
    const schema = role({ arguments: { count: { minimum: 1 } } }).spec.arguments;
    expect(problemsOfExtraVars(schema, { count: 2, rules: [{ name: "a" }] })).toEqual([]);
    expect(problemsOfExtraVars(schema, { count: 0, rules: [{ wight: 1 }], other: 1 })).toHaveLength(
      4,
    );
  });

  test("cannot be made where the phase inject takes other arguments than main", () => {
    const entryPoints = { inject: { options: { force: { type: "bool" } } } };
    expect(() => role({ phased: true }, entryPoints)).toThrow("main and inject of the role one");
  });

  test.for([
    [
      "adds to an argument that is not there",
      { arguments: { cuont: {} } },
      { options },
      "adds to cuont",
    ],
    ["has no entry point", {}, undefined, "no entry point main"],
    [
      "is phased and has no phases",
      { phased: true },
      { options },
      "no entry point inject in meta/argument_specs.yml, but meta/pystol.yml says that it is phased",
    ],
    [
      "has a type that nobody knows",
      {},
      { options: { a: { type: "integer" } } },
      "The argument a has the type integer",
    ],
  ] as const)("cannot be made where the role %s", ([_, meta, main, message]) => {
    expect(() =>
      pystolRoleFrom({
        ...{ name: "one", collection: "acme.tests", meta: meta as never },
        specs: { argument_specs: main ? { main: main as never } : {} },
      }),
    ).toThrow(message);
  });
});
