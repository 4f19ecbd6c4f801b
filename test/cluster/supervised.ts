import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";

const SHOWN_LINES = 20;

/** A server of ours that writes to a log file, and ends when this process does, however it ends. */
export interface Supervised extends AsyncDisposable {
  readonly pid: number;
  /** Throws, with the end of the log, if the server has ended. */
  readonly throwIfEnded: () => Promise<void>;
}

/** Starts a server. setpriv asks the kernel to kill it when we are gone: PR_SET_PDEATHSIG(2const). */
export async function supervise(options: {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly logFile: string;
}): Promise<Supervised> {
  const { name, program, args, logFile } = options;
  const log = await open(logFile, "a");
  const child = spawn("setpriv", ["--pdeathsig", "KILL", program, ...args], {
    stdio: ["ignore", log.fd, log.fd],
  });
  // Both before anything else is awaited: the process may be gone at once.
  const ended = once(child, "exit");
  ended.catch(() => undefined);
  try {
    await once(child, "spawn");
  } catch (error) {
    throw new Error(
      `${name} could not start with setpriv; it comes with util-linux. Install that package.`,
      { cause: error },
    );
  } finally {
    await log.close();
  }
  return {
    pid: child.pid ?? -1,
    throwIfEnded: async () => {
      if (hasEnded(child)) throw new ServerEnded(name, await readFile(logFile, "utf8"), logFile);
    },
    [Symbol.asyncDispose]: async () => {
      if (hasEnded(child)) return;
      // What it stores is thrown away next, so there is nothing to end gracefully.
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** A server ended by itself; `log` is all that it wrote. */
export class ServerEnded extends Error {
  override readonly name = "ServerEnded";
  readonly log: string;

  constructor(server: string, log: string, logFile: string) {
    const last = log.trimEnd().split("\n").slice(-SHOWN_LINES);
    super(
      [
        `${server} ended by itself. The end of ${logFile}:`,
        ...last.map((line) => `  | ${line}`),
      ].join("\n"),
    );
    this.log = log;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
