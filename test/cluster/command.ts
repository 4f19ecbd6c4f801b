import { spawn } from "node:child_process";
import { pasteable } from "./shell-words.ts";

const SHOWN_LINES = 20;

export interface CommandOptions {
  /** What the command is for; begins the message of its failure: "Compile Kubernetes". */
  readonly purpose: string;
  /** What a person can do when it fails. */
  readonly advice?: string;
  readonly cwd?: string;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the command after so many milliseconds; default: never. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** A command could not start, ended with another exit code than 0, or took too long. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly reason: string;
  readonly output: string;

  constructor(message: string, reason: string, output: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
    this.output = output;
  }
}

/**
 * Runs a program, without a shell, and returns what it wrote. Throws a CommandError that shows the
 * command as one could paste it, how it ended and its last 20 lines.
 */
export async function run(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandOutput> {
  const output = { stdout: "", stderr: "", both: "" };
  const ending = await new Promise<string | { cause: NodeJS.ErrnoException }>((resolve) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let interruption: string | undefined;
    const interrupt = (reason: string) => {
      interruption ??= reason;
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), 5_000).unref();
    };
    const timeoutMs = options.timeoutMs;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => interrupt(`ran into its limit of ${timeoutMs / 1000} s`), timeoutMs);
    const onAbort = () => interrupt("was interrupted");
    if (options.signal?.aborted) onAbort();
    options.signal?.addEventListener("abort", onAbort, { once: true });
    const finish = (result: string | { cause: NodeJS.ErrnoException }) => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      resolve(result);
    };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        output[stream] += text;
        output.both += text;
      });
    }
    child.on("error", (cause: NodeJS.ErrnoException) => finish({ cause }));
    // A grandchild may hold the pipes open after an interruption; nobody needs its output then.
    child.on("exit", () => {
      if (interruption !== undefined) finish(interruption);
    });
    child.on("close", (code, signal) =>
      finish(interruption ?? (code === 0 ? "" : endingOf(code, signal))),
    );
  });
  if (ending === "") return output;
  const reason = typeof ending === "string" ? ending : startFailure(file, ending.cause);
  const cause = typeof ending === "string" ? undefined : ending.cause;
  const command = pasteable(file, args, options.env);
  throw new CommandError(
    failureMessage({ ...options, reason, command, output: output.both }),
    reason,
    output.both,
    cause,
  );
}

function endingOf(code: number | null, signal: NodeJS.Signals | null): string {
  return code === null ? `was ended by ${signal}` : `failed with exit code ${code}`;
}

function startFailure(file: string, cause: NodeJS.ErrnoException): string {
  return cause.code === "ENOENT"
    ? `could not start: there is no program ${file}`
    : `could not start: ${cause.message}`;
}

/** The message of a command's failure; exported for its tests. */
export function failureMessage(failure: {
  readonly purpose: string;
  readonly reason: string;
  readonly command: string;
  readonly output: string;
  readonly advice?: string;
  readonly cwd?: string;
}): string {
  const lines = failure.output.trimEnd().split(/\r?\n|\r/);
  const last = lines.slice(-SHOWN_LINES);
  const folder = failure.cwd === undefined ? "" : `cd ${failure.cwd} && `;
  return [
    `${failure.purpose} ${failure.reason}.`,
    `  $ ${folder}${failure.command}`,
    ...(failure.output.trim() === "" ? [] : last.map((line) => `  | ${line}`)),
    ...(failure.advice === undefined ? [] : [`  ${failure.advice}`]),
  ].join("\n");
}
