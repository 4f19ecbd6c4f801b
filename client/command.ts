import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const SHOWN_LINES = 20;
const KILL_AFTER_MS = 5000;

export interface CommandOptions {
  /** The whole environment of the command. */
  environment: Readonly<Record<string, string | undefined>>;
  stdin?: string;
  signal?: AbortSignal | undefined;
  /** Lines that a failure's message leaves out. */
  noise?: RegExp;
  /** Gets each line of both outputs as it comes. */
  onLine?: (line: string) => void;
}

/** A command could not be started or ended with another exit code than 0. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** Whether there is no such program. */
  readonly isMissing: boolean;
  readonly output: string;

  constructor(message: string, options: { isMissing: boolean; output: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.isMissing = options.isMissing;
    this.output = options.output;
  }
}

/**
 * Runs a program with these arguments, never through a shell, and returns its standard output. An aborted signal ends it:
 * SIGTERM, and SIGKILL 5 s later.
 *
 * @throws CommandError with the command as one could paste it, its exit code and its last 20 lines; or the signal's reason.
 */
export async function run(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  options.signal?.throwIfAborted();
  const child = spawn(file, args, { env: { ...options.environment }, stdio: "pipe" });
  const stop = () => {
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS).unref();
  };
  options.signal?.addEventListener("abort", stop, { once: true });
  child.stdin.on("error", () => undefined); // a program that ends before it read its input says why itself
  child.stdin.end(options.stdin ?? "");
  const ended = new Promise<number | string | NodeJS.ErrnoException>((resolve) => {
    child.on("error", resolve);
    child.on("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  const stdout: string[] = [];
  const both: string[] = [];
  const read = async (stream: Readable, into: string[]) => {
    for await (const line of createInterface({ input: stream })) {
      into.push(line);
      if (into !== both) both.push(line);
      options.onLine?.(line);
    }
  };
  await Promise.all([read(child.stdout, stdout), read(child.stderr, both)]);
  const end = await ended;
  options.signal?.removeEventListener("abort", stop);
  options.signal?.throwIfAborted();
  if (end === 0) return stdout.join("\n");
  const command = pasteable(file, args);
  if (end instanceof Error) {
    const isMissing = end.code === "ENOENT";
    const why = isMissing ? `there is no program "${file}"` : end.message;
    throw new CommandError(`Could not start ${command}: ${why}.`, {
      isMissing,
      output: "",
      cause: end,
    });
  }
  const how = typeof end === "number" ? `exit code ${end}` : `signal ${end}`;
  const telling = both.filter((line) => line.trim() !== "" && !options.noise?.test(line));
  const last = telling.slice(-SHOWN_LINES).map((line) => `  | ${line}`);
  throw new CommandError([`${command} failed with ${how}:`, ...last].join("\n"), {
    isMissing: false,
    output: both.join("\n"),
  });
}

/** The command as one could paste it into a POSIX shell. */
export function pasteable(file: string, args: readonly string[]): string {
  return [file, ...args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}
