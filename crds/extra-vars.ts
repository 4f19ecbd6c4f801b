import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";

const NO_ARGUMENTS = { properties: {} };
const VALIDATORS = new WeakMap<object, ValidateFunction>();
const RESERVED = /^(ansible|pystol)_/;

export interface ExtraVarsOptions {
  hidden?: ReadonlySet<string>;
  partial?: boolean;
}

/**
 * Every problem of an action's extraVars against its role's argument schema, one sentence each; none means that they fit.
 * Names that Ansible or Pystol use for themselves are refused even if the schema would allow them. The values of variables that
 * are `hidden` are in no sentence. What is `partial`, because Secrets have the rest, may lack required variables.
 *
 * @throws if `schema` itself is no JSON Schema.
 */
export function problemsOfExtraVars(
  schema: Readonly<Record<string, unknown>> | undefined,
  extraVars: Readonly<Record<string, unknown>> = {},
  { hidden = new Set(), partial = false }: ExtraVarsOptions = {},
): string[] {
  const reserved = Object.keys(extraVars)
    .filter((name) => RESERVED.test(name))
    .map(
      (name) =>
        `extraVars.${name} is reserved: names that begin with ansible_ or pystol_ cannot be set.`,
    );
  const validate = validatorOf(schema ?? NO_ARGUMENTS);
  if (validate(extraVars)) return reserved;
  const declared = Object.keys((schema?.properties as object | undefined) ?? {});
  const problems = (validate.errors ?? [])
    .filter((error) => !RESERVED.test(String(error.params.additionalProperty ?? "")))
    .filter((error) => !(partial && error.keyword === "required" && error.instancePath === ""))
    .map((error) => sentence(error, declared, hidden));
  return [...reserved, ...problems];
}

/** Compiling takes 10 ms, and a burst of actions has one role: what was compiled lives as long as its schema. */
function validatorOf(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  const known = VALIDATORS.get(schema);
  if (known) return known;
  // Compiling a schema finds what is wrong with it; to compile the schema of schemas first would take 50 ms.
  const made = new Ajv({
    allErrors: true,
    strict: false,
    verbose: true,
    validateSchema: false,
  }).compile({
    type: "object",
    ...schema,
    additionalProperties: false,
  });
  VALIDATORS.set(schema, made);
  return made;
}

function sentence(
  error: ErrorObject,
  declared: readonly string[],
  hidden: ReadonlySet<string>,
): string {
  const path = `extraVars${error.instancePath.replaceAll("/", ".")}`;
  if (error.keyword === "additionalProperties") {
    const known = declared.length > 0 ? `it takes ${declared.join(", ")}` : "it takes none";
    return `${path}.${error.params.additionalProperty} is not declared by the role; ${known}.`;
  }
  if (error.keyword === "required") return `${path}.${error.params.missingProperty} is required.`;
  const isHidden = hidden.has(error.instancePath.split("/")[1] ?? "");
  const value = isHidden ? "a value from a Secret" : JSON.stringify(error.data)?.slice(0, 80);
  const allowed = error.keyword === "enum" ? `: ${error.params.allowedValues.join(", ")}` : "";
  return `${path} is ${value}; it ${error.message}${allowed}.`;
}
