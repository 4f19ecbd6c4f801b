import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseLean } from "../../../kubernetes/managed-fields.ts";

type Json = Record<string, unknown>;
const withoutField = (object: Json): Json => {
  const { managedFields: _, ...metadata } = object.metadata as Json;
  return { ...object, metadata };
};

/** Names as somebody might choose them who knows how the field is cut out. */
const spiteful = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "]}",
    '],"name":',
    '"managedFields":[',
    "]},",
    '"}],',
    "\\",
    '"metadata":{"name":',
  ),
);
const fields = fc.letrec<{ set: Json }>((tie) => ({
  set: fc.dictionary(
    spiteful.map((name) => `f:${name}`),
    fc.oneof({ depthSize: "small" }, fc.constant({}), tie("set")),
    { maxKeys: 4 },
  ),
})).set;
const entry = fc.record({ manager: spiteful, operation: fc.constant("Apply"), fieldsV1: fields });
const parts = fc.record({
  name: fc.string({ minLength: 1 }),
  annotations: fc.dictionary(fc.string(), spiteful),
  managedFields: fc.array(entry, { maxLength: 3 }),
  spec: fc.object({ key: fc.string(), values: [spiteful] }),
});

/** As the API server orders them: of a built-in type as its fields are declared, of a custom resource by name. */
const builtIn = parts.map(({ name, annotations, managedFields, spec }) => ({
  kind: "Job",
  apiVersion: "batch/v1",
  metadata: { name, annotations, managedFields },
  spec,
}));
const custom = parts.map(({ name, annotations, managedFields, spec }) => ({
  apiVersion: "pystol.org/v1alpha1",
  kind: "PystolRun",
  metadata: { annotations, managedFields, name },
  spec,
}));

describe.each([
  ["a built-in type", builtIn],
  ["a custom resource", custom],
])("an object of %s", (_, objects) => {
  test("is what it is, and at most its managedFields are gone, whatever strings it has", () => {
    fc.assert(
      fc.property(objects as fc.Arbitrary<Json>, (object) => {
        const found = parseLean(JSON.stringify(object)) as Json;
        // Text that the cut would break is parsed whole.
        expect([withoutField(object), object]).toContainEqual(found);
      }),
      { numRuns: 500 },
    );
  });

  test("loses them, alone or in an event", () => {
    const [object] = fc.sample(objects as fc.Arbitrary<Json>, { numRuns: 1, seed: 7 });
    const { metadata } = object as { metadata: Json };
    const field = [{ manager: "kubectl", fieldsV1: { "f:spec": { 'k:{"name":"a"}': {} } } }];
    const full = { ...object, metadata: { ...metadata, managedFields: field } };
    expect(parseLean(JSON.stringify(full))).toEqual(withoutField(full));
    const event = { type: "ADDED", object: full };
    expect(parseLean(JSON.stringify(event))).toEqual({ ...event, object: withoutField(full) });
  });
});

test("a field of that name elsewhere stays, and so does what a list has", () => {
  const theirs = { managedFields: ["a"], name: "b" };
  const stripped = { apiVersion: "pystol.org/v1alpha1", metadata: { name: "a" }, spec: theirs };
  const custom = { apiVersion: "v1", metadata: { managedFields: [{}], name: "a" }, spec: theirs };
  for (const object of [stripped, { items: [stripped] }, { items: [custom, stripped] }])
    expect(parseLean(JSON.stringify(object))).toEqual(object);
  expect(parseLean(JSON.stringify(custom))).toEqual({ ...custom, metadata: { name: "a" } });
});

test("what has none is parsed as it is, and what is no JSON is refused", () => {
  expect(parseLean('{"metadata":{"name":"a"}}')).toEqual({ metadata: { name: "a" } });
  expect(() => parseLean('{"metadata":{"name":"a","managedFields":[')).toThrow(SyntaxError);
});
