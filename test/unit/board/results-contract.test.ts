import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import ours from "../../../board/schema/results.schema.json" with { type: "json" };

/** The writer's schema; the board may not import it, so this test holds the two together. */
const theirs = JSON.parse(
  readFileSync(new URL("../../../crds/results.schema.json", import.meta.url), "utf8"),
) as Schema;

interface Schema {
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

test("the board reads nothing of a run's results that their writer does not write", () => {
  const written = theirs.properties?.actions?.items;
  expect(Object.keys(theirs.properties ?? {})).toEqual(
    expect.arrayContaining(Object.keys(ours.properties)),
  );
  expect(Object.keys(written?.properties ?? {})).toEqual(
    expect.arrayContaining(Object.keys(ours.$defs.action.properties)),
  );
  expect(written?.required).toEqual(expect.arrayContaining(ours.$defs.action.required));
  expect(theirs.required).toEqual(expect.arrayContaining(ours.required));
});

test("the board knows every verdict, outcome and version that is written", () => {
  const written = theirs.properties?.actions?.items?.properties;
  expect(ours.$defs.action.properties.verdict.enum).toEqual(written?.verdict?.enum);
  expect(ours.properties.outcome.enum).toEqual(theirs.properties?.outcome?.enum);
  expect(ours.properties.schemaVersion.const).toBe(theirs.properties?.schemaVersion?.const);
});
