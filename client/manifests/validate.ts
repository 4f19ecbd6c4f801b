import { Ajv, type ErrorObject } from "ajv";
import { parseDurationMs } from "../duration.ts";
import { nearest } from "../nearest.ts";
import { manifestSchema } from "./schema.ts";

/** The way from the root of a manifest to a field. */
export type FieldPath = readonly (string | number)[];

/** What is wrong with a field, one sentence that names it. */
export interface FieldProblem {
  path: FieldPath;
  message: string;
}

export type Validate = (manifest: unknown) => FieldProblem[];

/** A function that names every problem of a manifest against the PystolAction CRD's schema, and none if it fits. */
export function actionValidator(openApiSchema: Readonly<Record<string, unknown>>): Validate {
  const check = new Ajv({
    allErrors: true,
    strict: false,
    verbose: true,
    validateFormats: false,
  }).compile(manifestSchema(openApiSchema));
  return (manifest) => {
    const fits = check(manifest);
    const bySchema = fits ? [] : (check.errors ?? []).map(problemOf);
    return [...bySchema, ...problemsOfDurations(manifest), ...problemsOfTarget(manifest)];
  };
}

function problemOf(error: ErrorObject): FieldProblem {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^[0-9]+$/.test(part) ? Number(part) : part));
  switch (error.keyword) {
    case "additionalProperties": {
      const name = String(error.params.additionalProperty);
      const known = Object.keys(error.parentSchema?.properties ?? {});
      const near = nearest(name, known);
      const hint = near ? `did you mean "${near}"?` : `there are: ${known.join(", ")}.`;
      return {
        path: [...path, name],
        message: `${dotted([...path, name])} is not a field; ${hint}`,
      };
    }
    case "required":
      return {
        path,
        message: `${dotted([...path, error.params.missingProperty])} is required.`,
      };
    case "enum": {
      const allowed = error.params.allowedValues as string[];
      const near = nearest(String(error.data), allowed);
      const hint = near ? `; did you mean "${near}"?` : ".";
      return {
        path,
        message: `${dotted(path)} is ${shown(error.data)}; expected one of ${allowed.join(", ")}${hint}`,
      };
    }
    default:
      return { path, message: `${dotted(path)} is ${shown(error.data)}; it ${error.message}.` };
  }
}

// The CRD says these in CEL, which only an API server evaluates: by then a cluster has been made.
function problemsOfDurations(manifest: unknown): FieldProblem[] {
  return ["duration", "timeout", "startDeadline"].flatMap((name) => {
    const value = specOf(manifest)[name];
    if (typeof value !== "string") return [];
    const ms = parseDurationMs(value);
    if (ms !== undefined && ms >= 1000 && ms <= 86_400_000) return [];
    const message = `spec.${name} is ${shown(value)}; expected a duration from 1s to 24h, for example 90s or 1h30m.`;
    return [{ path: ["spec", name], message }];
  });
}

function problemsOfTarget(manifest: unknown): FieldProblem[] {
  const target = specOf(manifest).target;
  if (typeof target !== "object" || target === null) return [];
  if (Object.hasOwn(target, "selector") !== Object.hasOwn(target, "names")) return [];
  const message = "spec.target must have exactly one of selector and names.";
  return [{ path: ["spec", "target"], message }];
}

function specOf(manifest: unknown): Record<string, unknown> {
  const spec = (manifest as { spec?: unknown } | null)?.spec;
  return typeof spec === "object" && spec !== null ? (spec as Record<string, unknown>) : {};
}

/** ["spec", "expect", 0] as spec.expect[0]. */
function dotted(path: FieldPath): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return text.replace(/^\./, "") || "the manifest";
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
