import type { Resource } from "../../kubernetes/resources.ts";
import { isSensitiveName, isSensitiveVariable, REDACTED } from "./sensitive.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const FLAG = /^--?[\w-]*(?:token|password|secret|key)$/i;

/**
 * A copy of an object without what nobody reads in diagnostics and what holds secrets: managedFields, what kubectl last applied, the
 * values of variables, fields and flags with the name of a secret, and a ConfigMap's data unless `keepsData`. A Secret has nothing left but its keys.
 */
export function cleaned(object: Resource, keepsData: boolean): unknown {
  const copy = clean(object, "") as Record<string, unknown> & Resource;
  const metadata = copy.metadata as unknown as Record<string, unknown>;
  delete metadata.managedFields;
  const isHidden = object.kind === "Secret" || (object.kind === "ConfigMap" && !keepsData);
  for (const field of ["data", "binaryData", "stringData"]) {
    const data = copy[field];
    if (!isHidden || typeof data !== "object" || data === null) continue;
    copy[field] = Object.fromEntries(Object.keys(data).map((key) => [key, "[left out]"]));
  }
  return copy;
}

function clean(value: unknown, name: string): unknown {
  if (typeof value === "string") return isSensitiveName(name) && value ? REDACTED : value;
  if (Array.isArray(value)) return flagsHidden(value).map((each) => clean(each, ""));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== LAST_APPLIED);
  const fields = Object.fromEntries(entries.map(([key, each]) => [key, clean(each, key)]));
  const { name: variable, value: content } = fields;
  if (typeof variable === "string" && typeof content === "string") {
    if (content && isSensitiveVariable(variable)) fields.value = REDACTED;
  }
  return fields;
}

/** The word after a flag such as --token. */
function flagsHidden(words: readonly unknown[]): unknown[] {
  return words.map((word, index) => {
    const before = words[index - 1];
    return typeof word === "string" && typeof before === "string" && FLAG.test(before)
      ? REDACTED
      : word;
  });
}
