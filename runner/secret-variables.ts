import { SHORTEST_SECRET } from "./redact.ts";

/** The names that Ansible takes: https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html#creating-valid-variable-names */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Every text that leaves the runner is searched for all of them; passwords, tokens and certificates are far smaller. */
const LIMIT_BYTES = 128 * 1024;

/** What is known of one Secret; `data` is in base64, as the API server gives it. */
export interface SecretData {
  name: string;
  optional: boolean;
  data: Readonly<Record<string, string>> | "absent" | "forbidden";
}

/** What the variables are for. */
export interface SecretPurpose {
  namespace: string;
  role: string;
  extraVars: Readonly<Record<string, unknown>>;
}

/**
 * All keys of the Secrets as variables, decoded.
 *
 * @throws one error with a sentence for each problem: an absent or forbidden Secret; a key that is no variable name, or that another
 * Secret or spec.extraVars has, too; a value that is no text, or so short that it could not be hidden. No sentence holds a value.
 */
export function secretVariables(
  secrets: readonly SecretData[],
  { namespace, role, extraVars }: SecretPurpose,
): Record<string, string> {
  const problems: string[] = [];
  const found = new Map<string, { from: string; value: string }>();
  for (const { name, optional, data } of secrets) {
    const secret = `Secret ${namespace}/${name}, which spec.extraVarsFrom names,`;
    if (data === "absent") {
      if (!optional) problems.push(`The ${secret} does not exist; create it or mark it optional.`);
      continue;
    }
    if (data === "forbidden") {
      problems.push(
        `The ${secret} may not be read by the account of the role ${role}; let the role's rules or a RoleBinding in ${namespace} allow get on it.`,
      );
      continue;
    }
    for (const [key, encoded] of Object.entries(data)) {
      const where = `The key ${JSON.stringify(key)} of the ${secret}`;
      const value = textOf(encoded);
      const first = found.get(key);
      if (!VARIABLE_NAME.test(key)) {
        problems.push(`${where} is no name of a variable; expected letters, digits and _.`);
      } else if (Object.hasOwn(extraVars, key)) {
        problems.push(`${where} is set by spec.extraVars, too; set it in one place.`);
      } else if (first) {
        problems.push(`${where} is a key of the Secret ${namespace}/${first.from}, too.`);
      } else if (value === undefined) {
        problems.push(`${where} does not hold text in UTF-8.`);
      } else if (isTooShort(value)) {
        problems.push(
          `${where} holds fewer than ${SHORTEST_SECRET} characters, which cannot be hidden in a text without destroying it; if it is no secret, use spec.extraVars.`,
        );
      } else found.set(key, { from: name, value });
    }
  }
  const values = [...found.values()].map(({ value }) => value);
  const bytes = values.reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (bytes > LIMIT_BYTES) {
    problems.push(
      `The Secrets of spec.extraVarsFrom hold ${bytes} bytes; expected at most ${LIMIT_BYTES}.`,
    );
  }
  if (problems.length > 0) throw new Error(problems.join(" "));
  return Object.fromEntries([...found].map(([key, { value }]) => [key, value]));
}

/** An empty value has nothing to hide. */
function isTooShort(value: string): boolean {
  const { length } = value.trim();
  return length > 0 && length < SHORTEST_SECRET;
}

function textOf(encoded: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(encoded, "base64"),
    );
  } catch (_notText) {
    return undefined;
  }
}
