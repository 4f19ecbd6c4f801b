import { Ajv2020, type DefinedError } from "ajv/dist/2020.js";
import schema from "../schema/config.schema.json" with { type: "json" };
import { didYouMean } from "./closest.ts";
import { isHost, isTimeZone, isVariable, isWebAddress } from "./formats.ts";
import { type Path, type Places, type Problem, pathText, shown } from "./problems.ts";

/** Keywords of our own: what a message says is expected, and whether a wrong value may be a secret. */
interface Annotated {
  readonly "x-expected"?: string;
  readonly "x-secret"?: boolean;
  readonly properties?: Readonly<Record<string, Annotated>>;
  readonly $ref?: string;
}

const ajv = new Ajv2020({
  ...{ allErrors: true, verbose: true, discriminator: true, strictTypes: false },
  formats: {
    "web-address": isWebAddress,
    host: isHost,
    "time-zone": isTimeZone,
    variable: isVariable,
  },
  keywords: ["x-expected", "x-secret"],
});
const validate = ajv.compile(schema);

/** What the schema has against a value, each with its line; nothing if it has the form of a configuration. */
export function checkForm(value: unknown, places: Places): Problem[] {
  if (validate(value)) return [];
  const errors = (validate.errors ?? []) as DefinedError[]; // no keyword of ours fails
  const choices = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const isInside = ({ instancePath }: DefinedError) =>
    choices.some((choice) => instancePath.startsWith(choice.instancePath));
  const told = errors.filter((error) => choices.includes(error) || !isInside(error));
  const problems = told.map((error) => problemOf(error, value, places));
  const byText = new Map(problems.map((problem) => [`${problem.line} ${problem.text}`, problem]));
  return [...byText.values()];
}

function problemOf(error: DefinedError, root: unknown, places: Places): Problem {
  const path = stepsOf(error.instancePath, root);
  const parent = error.parentSchema as Annotated; // the schema above
  switch (error.keyword) {
    case "required":
      return missing(error.params.missingProperty, error, path, places);
    case "dependentRequired":
      return { line: places.lineOf(path), text: dependent(error.params, path) };
    case "additionalProperties": {
      const name = error.params.additionalProperty;
      const known = Object.keys(parent.properties ?? {});
      const guess = didYouMean(name, known);
      const text = `${pathText(path)} has the unknown key ${shown(name)}${guess}`;
      const rest = `${guess === "" ? ", " : " "}expected one of ${known.join(", ")}`;
      return { line: places.lineOfKey(path, name), text: `${text}${rest}` };
    }
    case "discriminator": {
      const kind = [...path, "kind"];
      const value = shown(error.params.tagValue);
      const text = `${pathText(kind)} is ${value}, expected one of clock, text, picture, counter`;
      return { line: places.lineOf(kind), text };
    }
    default: {
      const value = parent["x-secret"] ? "no such name (it is not shown)" : shown(error.data);
      const expected = parent["x-expected"] ?? error.message ?? "another value";
      const text = `${pathText(path)} is ${value}, expected ${expected}`;
      return { line: places.lineOf(path), text };
    }
  }
}

function missing(name: string, error: DefinedError, path: Path, places: Places): Problem {
  const expected = expectedOf((error.parentSchema as Annotated).properties?.[name]);
  const text = `${pathText([...path, name])} is missing, expected ${expected}`;
  return { line: places.lineOf(path), text };
}

function dependent(params: { property: string; missingProperty: string }, path: Path): string {
  const { property, missingProperty } = params;
  return `${pathText([...path, property])} is of no use without ${missingProperty}, expected both or none`;
}

function expectedOf(schemaOf: Annotated | undefined): string {
  const name = schemaOf?.$ref?.replace("#/$defs/", "");
  const definitions: Readonly<Record<string, Annotated>> = schema.$defs;
  return schemaOf?.["x-expected"] ?? definitions[name ?? ""]?.["x-expected"] ?? "a value";
}

/** A JSON pointer as steps; positions in lists become numbers. */
function stepsOf(pointer: string, root: unknown): Path {
  let value = root;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(value) ? Number(name) : name;
      value = (value as Readonly<Record<string | number, unknown>>)[step]; // the validator was there
      return step;
    });
}
