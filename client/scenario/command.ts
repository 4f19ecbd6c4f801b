import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BASH, killGroup } from "../process-group.ts";

const KILL_AFTER_MS = 2000;

/** How a user's command ended. */
export interface CommandEnd {
  /** null if a signal ended it, or it could not be started. */
  exitCode: number | null;
  /** Why that is a failure, as a sentence without its end. */
  problem?: string;
  /** Whether it was ended, or kept from being run, by its signal. */
  wasStopped?: boolean;
  startTime: Date;
  completionTime: Date;
  /** In ms of performance.now(). */
  beganMs: number;
  endedMs: number;
}

/** Runs the user's command under the faults of `actions` (namespace/name), until `signal` ends it. It never rejects. */
export type RunCommand = (options: {
  actions: readonly string[];
  signal: AbortSignal;
}) => Promise<CommandEnd>;

/**
 * A user's script, run as a workflow's `run:` with `shell: bash` is: from a file of its own, so that nobody's text becomes part of
 * it. Its output is this process's own. PYSTOL_ACTIONS names the actions whose faults act, as namespace/name with commas.
 * When the signal is aborted, it and what it started (its process group) get SIGTERM, and 2 s later SIGKILL.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
 */
export function scriptCommand(options: {
  script: string;
  workingDirectory: string;
  /** A folder for the file. */
  temp: string;
  environment: Readonly<Record<string, string | undefined>>;
}): RunCommand {
  return async ({ actions, signal }) => {
    const startTime = new Date();
    const beganMs = performance.now();
    const end = await inFolder(options, async (file) =>
      runScript(file, {
        workingDirectory: options.workingDirectory,
        environment: { ...options.environment, PYSTOL_ACTIONS: actions.join(",") },
        signal,
      }),
    ).catch(notStarted);
    return {
      ...{ ...end, startTime, beganMs },
      ...{ completionTime: new Date(), endedMs: performance.now() },
    };
  };
}

type ScriptEnd = Pick<CommandEnd, "exitCode" | "problem" | "wasStopped">;

function notStarted(error: Error): ScriptEnd {
  return { exitCode: null, problem: `it could not be started: ${error.message}` };
}

async function inFolder(
  { script, temp }: { script: string; temp: string },
  use: (file: string) => Promise<ScriptEnd>,
): Promise<ScriptEnd> {
  const folder = await mkdtemp(join(temp, "pystol-run-"));
  try {
    const file = join(folder, "run.sh");
    await writeFile(file, `${script}\n`, { mode: 0o700 });
    return await use(file);
  } finally {
    // That it stays changes nothing of how the command ended.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function runScript(
  file: string,
  options: {
    workingDirectory: string;
    environment: Readonly<Record<string, string | undefined>>;
    signal: AbortSignal;
  },
): Promise<ScriptEnd> {
  const { signal } = options;
  const stopped = (how: string) => ({
    problem: `it was ${how}: ${causeOf(signal)}`,
    wasStopped: true,
  });
  if (signal.aborted) return { exitCode: null, ...stopped("not run") };
  const child = spawn("bash", [...BASH, file], {
    cwd: options.workingDirectory,
    env: { ...options.environment },
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  const end = (name: NodeJS.Signals) => killGroup(child.pid, name);
  const stop = () => {
    end("SIGTERM");
    setTimeout(() => end("SIGKILL"), KILL_AFTER_MS).unref();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const [code, by] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    if (signal.aborted) return { exitCode: code, ...stopped("ended") };
    if (code === 0) return { exitCode: 0 };
    const how = code === null ? `was ended by ${by}` : `ended with exit code ${code}`;
    return { exitCode: code, problem: `the command ${how}` };
  } catch (error) {
    return notStarted(error as Error);
  } finally {
    signal.removeEventListener("abort", stop);
    // What it left running in the background would go on after its fault, and keep the step from ending.
    if (signal.aborted) end("SIGKILL");
  }
}

function causeOf({ reason }: AbortSignal): string {
  return reason instanceof DOMException && reason.name === "TimeoutError"
    ? "the time for all actions together was over"
    : (reason as Error).message;
}
