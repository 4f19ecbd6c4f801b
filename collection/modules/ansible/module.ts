import { readFile } from "node:fs/promises";
import { ArgumentError } from "./arguments.ts";

/** What a module returns to Ansible; `msg` is what a person reads. */
export interface ModuleResult {
  changed: boolean;
  msg: string;
  failed?: boolean;
  /** The verdict that a failure means for Pystol. */
  pystol_verdict?: "Failed" | "Error" | "NoTargets";
  [name: string]: unknown;
}

export type Module = (
  fields: Readonly<Record<string, unknown>>,
  options: { checkMode: boolean },
) => Promise<ModuleResult>;

/**
 * Runs a module as Ansible calls one with the text WANT_JSON in it: the first argument is a file with the arguments as JSON.
 * Returns the one JSON object that must be all of standard output; what goes wrong is a failed result with the verdict Error.
 * https://docs.ansible.com/ansible/latest/dev_guide/developing_program_flow_modules.html#non-native-want-json-modules
 */
export async function moduleOutput(argumentsFile: string, module: Module): Promise<string> {
  try {
    const fields = JSON.parse(await readFile(argumentsFile, "utf8"));
    return JSON.stringify(await module(fields, { checkMode: fields._ansible_check_mode === true }));
  } catch (error) {
    const msg = (error as Error).message;
    const prefix = error instanceof ArgumentError ? "Wrong arguments: " : "";
    return JSON.stringify({
      failed: true,
      changed: false,
      msg: `${prefix}${msg}`,
      pystol_verdict: "Error",
    });
  }
}
