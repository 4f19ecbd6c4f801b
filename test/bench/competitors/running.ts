import { join } from "node:path";
import { type Supervised, supervise } from "../../cluster/supervised.ts";

/** A competitor's process. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  /** Throws, with its last lines, if it has ended. */
  readonly throwIfEnded: () => Promise<void>;
}

/** Starts a program with these variables and no others than PATH; what it prints goes into a file of `folder`. */
export function startProgram(options: {
  name: string;
  folder: string;
  program: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}): Promise<Supervised> {
  const { name, folder, program, args, env = {} } = options;
  const variables = Object.entries({ PATH: process.env.PATH ?? "", ...env });
  return supervise({
    name,
    program: "env", // replaces itself by the program: the process stays the same
    args: ["-i", ...variables.map(([key, value]) => `${key}=${value}`), program, ...args],
    logFile: join(folder, `${name}.log`),
  });
}
