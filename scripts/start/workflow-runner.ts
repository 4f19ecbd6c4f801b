import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { inputVariables, readActionMetadata } from "./action-metadata.ts";
import { parseFileCommands } from "./file-commands.ts";
import { parseWorkflowCommand, type WorkflowCommand } from "./workflow-command.ts";

// A runner's own patience: src/Runner.Sdk/ProcessInvoker.cs in actions/runner
const TERMINATE_AFTER_MS = 7500;
const KILL_AFTER_MS = 2500;

export interface ActionOptions {
  /** The folder of action.yml. */
  directory: string;
  inputs: Readonly<Record<string, string>>;
  /** GITHUB_WORKSPACE. */
  workspace: string;
  /** RUNNER_TEMP, made if it is absent. */
  temp: string;
  /** The machine's environment. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Gets each line as it is written, commands included. */
  onLine?: (line: string) => void;
  /** Kills main with SIGKILL when it is aborted, as a machine that runs out of memory does. */
  crash?: AbortSignal;
}

/** What one phase of an action, main or post, did. */
export interface Phase {
  exitCode: number;
  outputs: Record<string, string>;
  state: Record<string, string>;
  /** Variables for later steps. */
  environment: Record<string, string>;
  summary: string;
  commands: WorkflowCommand[];
  /** All lines of both outputs, commands included. */
  log: string[];
  /** The signals that it got until it ended, where it was cancelled. */
  signals: NodeJS.Signals[];
}

/** An action whose main phase has ended. */
export interface ActionRun extends Phase {
  /** Runs the post phase with the state that main saved, as a runner does at the end of the job. */
  post(): Promise<Phase | undefined>;
}

/**
 * Runs a JavaScript action as GitHub's runner does: inputs as variables, files for outputs, state, environment and summary, and
 * main before post. Where `cancelled` is aborted it gets SIGINT, 7.5 s later SIGTERM, and 2.5 s later SIGKILL.
 *
 * @throws if action.yml is no JavaScript action's, or a required input is absent.
 */
export async function runAction(
  options: ActionOptions,
  cancelled?: AbortSignal,
): Promise<ActionRun> {
  const metadata = await readActionMetadata(options.directory);
  const inputs = inputVariables(metadata, options.inputs);
  const phase = (file: string, more: Record<string, string>, signal?: AbortSignal) =>
    runPhase(
      join(options.directory, file),
      { ...options, variables: { ...inputs, ...more } },
      signal,
    );
  const main = await phase(metadata.runs.main, {}, cancelled);
  return {
    ...main,
    post: async () => {
      if (!metadata.runs.post) return undefined;
      const state = Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]);
      return phase(metadata.runs.post, Object.fromEntries(state));
    },
  };
}

async function runPhase(
  program: string,
  options: ActionOptions & { variables: Record<string, string> },
  cancelled?: AbortSignal,
): Promise<Phase> {
  await mkdir(options.temp, { recursive: true });
  const files = await makeFiles(options.temp);
  const child = spawn(process.execPath, [program], {
    cwd: options.workspace,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...options.environment,
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: options.workspace,
      RUNNER_TEMP: options.temp,
      RUNNER_OS: "Linux",
      ...options.variables,
      ...files,
    },
  });
  options.crash?.addEventListener("abort", () => child.kill("SIGKILL"), { once: true });
  const signals: NodeJS.Signals[] = [];
  const endCancellation = cancel(child, signals, cancelled);
  const lines = new PassThrough();
  child.stdout.pipe(lines, { end: false });
  child.stderr.pipe(lines, { end: false });
  const exited = once(child, "close").then(([code]) => {
    lines.end();
    return (code as number | null) ?? 128; // ended by a signal
  });
  const log: string[] = [];
  const commands: WorkflowCommand[] = [];
  for await (const line of createInterface({ input: lines })) {
    log.push(line);
    const command = parseWorkflowCommand(line);
    if (command) commands.push(command);
    options.onLine?.(line);
  }
  const exitCode = await exited;
  endCancellation();
  const pairs = async (file: string) => parseFileCommands(await readFile(file, "utf8"));
  return {
    exitCode,
    outputs: await pairs(files.GITHUB_OUTPUT),
    state: await pairs(files.GITHUB_STATE),
    environment: await pairs(files.GITHUB_ENV),
    summary: await readFile(files.GITHUB_STEP_SUMMARY, "utf8"),
    ...{ commands, log, signals },
  };
}

async function makeFiles(temp: string) {
  const folder = await mkdtemp(join(temp, "_runner_file_commands_"));
  const files = {
    GITHUB_OUTPUT: join(folder, "output"),
    GITHUB_STATE: join(folder, "state"),
    GITHUB_ENV: join(folder, "env"),
    GITHUB_PATH: join(folder, "path"),
    GITHUB_STEP_SUMMARY: join(folder, "summary"),
  };
  for (const file of Object.values(files)) await writeFile(file, "");
  return files;
}

function cancel(
  child: ReturnType<typeof spawn>,
  sent: NodeJS.Signals[],
  signal: AbortSignal | undefined,
): () => void {
  const timers: NodeJS.Timeout[] = [];
  const send = (name: NodeJS.Signals) => {
    sent.push(name);
    child.kill(name);
  };
  const begin = () => {
    send("SIGINT");
    timers.push(setTimeout(() => send("SIGTERM"), TERMINATE_AFTER_MS));
    timers.push(setTimeout(() => send("SIGKILL"), TERMINATE_AFTER_MS + KILL_AFTER_MS));
  };
  if (signal?.aborted) begin();
  signal?.addEventListener("abort", begin, { once: true });
  return () => {
    signal?.removeEventListener("abort", begin);
    for (const timer of timers) clearTimeout(timer);
  };
}
