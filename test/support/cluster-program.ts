import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program of Node that runs beside a test, and is killed with it. */
export interface RunningProgram extends AsyncDisposable {
  readonly child: ChildProcess;
  /** The first line of its output that matches. Rejects, with its errors, if it ends before. */
  readonly line: (pattern: RegExp) => Promise<string>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts `node ARGS` with this test's environment and `env`. */
export function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningProgram {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    child.emit("line");
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => {
      child.emit("line");
      resolve(code ?? signal ?? 0);
    });
  });
  const line = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = lines.find((one) => pattern.test(one));
      if (found !== undefined) return found;
      if (child.exitCode !== null) throw new Error(`It ended without a line ${pattern}: ${errors}`);
      await once(child, "line");
    }
  };
  return {
    child,
    line,
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
