import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../board/main.ts", import.meta.url));

/** What a run of the board's command line came to. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the board's command line in its own process, in a folder and with these variables beside PATH. */
export function runBoard(
  args: readonly string[],
  {
    cwd,
    environment = {},
  }: { readonly cwd: string; readonly environment?: Record<string, string> },
): Promise<Ran> {
  const options = { cwd, env: { PATH: process.env.PATH ?? "", ...environment } };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}
