import { Fields, type Note } from "./fields.ts";
import { readHttp } from "./parse-http.ts";
import type { Check, CommandCheck, ConditionCheck, TcpCheck } from "./probe.ts";

/** The fields of a probe of which it has exactly one. */
export const CHECKS = ["http", "tcp", "command", "condition"] as const;

const LONGEST_SCRIPT = 65_536;
const API_VERSION = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?v[0-9][a-z0-9]*$/;
const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/;
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/; // RFC 1123 label
const OBJECT = /^[A-Za-z0-9]([-A-Za-z0-9._:]{0,251}[A-Za-z0-9])?$/; // RFC 1123 subdomain, and what RBAC's names have beside it
const CONDITION_TYPE = /^[A-Za-z0-9]([-A-Za-z0-9._/]{0,314}[A-Za-z0-9])?$/; // the pattern of metav1.Condition's type

/** What a probe asks. Undefined, and noted, unless it is exactly one thing and right. */
export function readCheck(fields: Fields, note: Note): Check | undefined {
  const kind = onlyKind(fields, note);
  const inside = (known: readonly string[]) =>
    kind && Fields.of(fields.value(kind), { path: [...fields.path, kind], known, note });
  switch (kind) {
    case "http":
      return readHttp(inside, note);
    case "tcp":
      return readTcp(inside(["host", "port"]));
    case "command":
      return readCommand(fields);
    case "condition":
      return readCondition(inside(["apiVersion", "kind", "namespace", "name", "type", "status"]));
    case undefined:
      return undefined;
  }
}

function onlyKind(fields: Fields, note: Note): Check["kind"] | undefined {
  const given = CHECKS.filter((kind) => fields.has(kind));
  if (given.length === 1) return given[0];
  const what = given.length === 0 ? "nothing to check" : `${given.join(" and ")} at once`;
  note(fields.path, `a probe has ${what}; expected exactly one of ${CHECKS.join(", ")}.`);
  return undefined;
}

function readTcp(fields: Fields | undefined): TcpCheck | undefined {
  const host = fields?.text("host", {
    pattern: /^[^\s/\p{C}]{1,253}$/u,
    expected: "a host name or an IP address.",
    required: true,
  });
  const port = fields?.integer("port", { min: 1, max: 65_535, required: true });
  return host === undefined || port === undefined ? undefined : { kind: "tcp", host, port };
}

function readCommand(fields: Fields): CommandCheck | undefined {
  const script = fields.text("command", { expected: "a script for bash, as text." });
  if (script === undefined) return undefined;
  if (script.includes("\0")) return fields.note("command", "holds a NUL character; remove it.");
  if (script.length <= LONGEST_SCRIPT) return { kind: "command", script };
  return fields.note(
    "command",
    `has ${script.length} characters; expected at most ${LONGEST_SCRIPT}. Put the script into a file.`,
  );
}

function readCondition(fields: Fields | undefined): ConditionCheck | undefined {
  if (!fields) return undefined;
  const apiVersion = fields.text("apiVersion", {
    pattern: API_VERSION,
    expected: "a version of a Kubernetes API, for example apps/v1.",
    required: true,
  });
  const objectKind = fields.text("kind", {
    pattern: KIND,
    expected: "a kind of a Kubernetes object, for example Deployment.",
    required: true,
  });
  const namespace = fields.text("namespace", {
    pattern: NAMESPACE,
    expected: "the name of a namespace.",
  });
  const name = fields.text("name", {
    pattern: OBJECT,
    expected: "the name of an object.",
    required: true,
  });
  const type = fields.text("type", {
    pattern: CONDITION_TYPE,
    expected: "the type of a condition, for example Available.",
    required: true,
  });
  const status = readStatus(fields);
  if (!apiVersion || !objectKind || !name || !type || !status) return undefined;
  const place = namespace === undefined ? { name } : { namespace, name };
  return { kind: "condition", apiVersion, objectKind, ...place, type, status };
}

/** A status is text, and yet YAML reads True as a boolean: both are taken. */
function readStatus(fields: Fields): string | undefined {
  const value = fields.value("status");
  if (value === undefined || value === true) return "True";
  return value === false ? "False" : fields.choice("status", ["True", "False", "Unknown"]);
}
