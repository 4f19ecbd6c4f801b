import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";

/** What a runner takes from action.yml of a JavaScript action. */
export interface ActionMetadata {
  name: string;
  inputs: Record<string, { required?: boolean; default?: string }>;
  runs: { using: string; main: string; post?: string };
}

/** Reads action.yml in a folder. @throws if it is no JavaScript action. */
export async function readActionMetadata(directory: string): Promise<ActionMetadata> {
  const file = join(directory, "action.yml");
  const metadata = parse(await readFile(file, "utf8"));
  if (!/^node\d+$/.test(metadata.runs?.using ?? "")) {
    throw new Error(
      `${file} has runs.using ${metadata.runs?.using}; expected a JavaScript action.`,
    );
  }
  return { ...metadata, inputs: metadata.inputs ?? {} };
}

/** The variables INPUT_NAME that a runner sets: what the workflow gives, or else the defaults. @throws if a required one is absent. */
export function inputVariables(
  metadata: ActionMetadata,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, { required, default: preset }] of Object.entries(metadata.inputs)) {
    // A runner evaluates expressions; there is no context here that they could name.
    const value = given[name] ?? (String(preset ?? "").startsWith("${{") ? "" : preset) ?? "";
    if (required && value === "") throw new Error(`Input required and not supplied: ${name}`);
    variables[variableOf(name)] = String(value);
  }
  for (const [name, value] of Object.entries(given)) variables[variableOf(name)] = value;
  return variables;
}

function variableOf(name: string): string {
  return `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
}
