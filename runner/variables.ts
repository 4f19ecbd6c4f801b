/**
 * Variables as YAML that Ansible loads with `-e @file`. All of it carries the tag !unsafe: without it ansible-core treats
 * strings of such a file as templates and would run what a stranger wrote. The tag is on the whole mapping, for on a single
 * string it makes ansible-core look again what sort of value that is, and take the text "1" for a number.
 * https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_advanced_syntax.html#unsafe-or-raw-strings
 *
 * @throws if a value is none that JSON knows.
 */
export function variablesYaml(variables: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(variables).map(([name, value]) => `${quoted(name)}: ${flow(value)}`);
  return `!unsafe {\n${lines.join(",\n")}\n}\n`;
}

function flow(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return number(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).map(
      ([key, entry]) => `? ${quoted(key)} : ${flow(entry)}`,
    );
    return `{${entries.join(", ")}}`;
  }
  throw new Error(`A variable cannot be a ${typeof value}: ${String(value)}; expected JSON.`);
}

/** YAML 1.1, which PyYAML reads, takes 1e+21 for a string unless there is a point in it. */
function number(value: number): string {
  const text = String(value);
  return /^-?\d+e/.test(text) ? text.replace("e", ".0e") : text;
}

/**
 * A double-quoted scalar in ASCII alone. YAML readers refuse some characters, and fold others that they take for line breaks.
 * https://yaml.org/spec/1.1/#c-printable
 */
function quoted(text: string): string {
  const escaped = [...text.toWellFormed()].map((character) => {
    if (character === '"' || character === "\\") return `\\${character}`;
    const code = character.codePointAt(0) ?? 0;
    return code >= 0x20 && code < 0x7f ? character : `\\U${code.toString(16).padStart(8, "0")}`;
  });
  return `"${escaped.join("")}"`;
}
