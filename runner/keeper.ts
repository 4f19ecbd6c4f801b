import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { lines } from "../kubernetes/watch.ts";
import type { Ending } from "./verdict.ts";

const DRAIN_MS = 2000;

/** A program under ansible/keeper.py. */
export interface KeptProgram {
  /** Gives it the variables that it waits for. */
  handOver(text: string): void;
  /** SIGTERM for its process group. */
  terminate(): void;
  /** SIGKILL for it and for all that it started. */
  kill(): void;
  /** When nothing that it started is running any more, in whatever process group or session. */
  ended: Promise<Ending>;
}

/** Starts a program whose variables come through the named pipe `fifo`, which is made here, and reads what it says by lines. */
export function startKept(options: {
  plugins: string;
  fifo: string;
  command: readonly string[];
  folder: string;
  environment: Readonly<Record<string, string>>;
  onLine(stream: "stdout" | "stderr" | "events", line: string): void;
}): KeptProgram {
  const { plugins, fifo, command, folder, onLine } = options;
  const keeper = spawn("python3", ["-I", "-S", join(plugins, "keeper.py"), fifo, ...command], {
    cwd: folder,
    env: { ...options.environment },
    stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
  // All five are pipes, which the type of `stdio` cannot know.
  const pipes = keeper.stdio as unknown as [unknown, Readable, Readable, Readable, Readable];
  const [, stdout, stderr, events, endings] = pipes;
  let said: string | undefined;
  const reading = Promise.all([
    read(stdout, (line) => onLine("stdout", line)),
    read(stderr, (line) => onLine("stderr", line)),
    read(events, (line) => onLine("events", line)),
    read(endings, (line) => {
      said = line;
    }),
  ]);
  keeper.stdin?.on("error", () => undefined); // the keeper ended first
  const ended = endOf(keeper).then(async (words): Promise<Ending> => {
    if (process.pid === 1) killEverythingElse();
    // A process that nobody could kill may hold a pipe open: what it still has to say is not worth waiting for.
    const overdue = setTimeout(() => {
      for (const pipe of [stdout, stderr, events, endings]) pipe.destroy();
    }, DRAIN_MS);
    await reading;
    clearTimeout(overdue);
    return said === undefined ? { lost: words } : (JSON.parse(said) as Ending);
  });
  return {
    handOver: (text) => keeper.stdin?.write(`${JSON.stringify(text)}\n`),
    terminate: () => keeper.kill("SIGTERM"),
    kill: () => keeper.stdin?.end(),
    ended,
  };
}

/** How the keeper itself ended, in words; whatever the words, its end is awaited. */
function endOf(keeper: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    keeper.once("error", (error) => resolve(error.message));
    keeper.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

/** Only as PID 1 of a pod: -1 means every process that one may signal, but oneself. kill(2) */
function killEverythingElse(): void {
  try {
    process.kill(-1, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function read(stream: Readable, take: (line: string) => void): Promise<void> {
  try {
    for await (const line of lines(stream)) take(line);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}
