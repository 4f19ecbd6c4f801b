import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { compile, type JSONSchema } from "json-schema-to-typescript";
import { parse } from "yaml";

type Schema = { [key: string]: unknown };

const header = (source: string) =>
  `// Generated from ${source} by "npm run generate". Do not edit.\n`;

/** TypeScript for a CustomResourceDefinition's `spec` and `status`, from its openAPIV3Schema. */
export async function typesFromDefinition(file: string): Promise<string> {
  const definition = parse(await readFile(file, "utf8"), { maxAliasCount: -1 });
  const kind: string = definition.spec.names.kind;
  const { properties } = definition.spec.versions[0].schema.openAPIV3Schema;
  const parts = Object.entries({ Spec: properties.spec, Status: properties.status })
    .filter(([, schema]) => schema)
    .map(([suffix, schema]) => compileSchema(`${kind}${suffix}`, schema as Schema));
  return header(`crds/${basename(file)}`) + (await Promise.all(parts)).join("\n");
}

/** TypeScript for a JSON Schema file. */
export async function typesFromSchema(file: string): Promise<string> {
  const schema = JSON.parse(await readFile(file, "utf8"));
  return header(`crds/${basename(file)}`) + (await compileSchema(schema.title, schema));
}

function compileSchema(name: string, schema: Schema): Promise<string> {
  return compile({ ...(plain(schema) as JSONSchema), title: name }, name, {
    additionalProperties: false,
    bannerComment: "",
    ignoreMinAndMaxItems: true,
    strictIndexSignatures: true,
  });
}

/**
 * A JSON Schema with the Kubernetes extensions spelled in JSON Schema's own words.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/ and the CRD reference name the extensions.
 */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const schema = value as Schema;
  const { format, ...rest } = Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !key.startsWith("x-kubernetes-") && key !== "default")
      .map(([key, entry]) => [key, plain(entry)]),
  );
  if (schema["x-kubernetes-int-or-string"]) return { ...rest, type: ["integer", "string"] };
  if (schema["x-kubernetes-preserve-unknown-fields"])
    return { ...rest, additionalProperties: true };
  return rest;
}
