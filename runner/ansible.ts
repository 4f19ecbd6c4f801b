import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { lines } from "../kubernetes/watch.ts";
import { type AnsibleEvent, parseEvent } from "./events.ts";
import { ansibleConfig } from "./playbook.ts";
import { variablesYaml } from "./variables.ts";
import type { Ending, Interruption } from "./verdict.ts";

const ERROR_OUTPUT_LIMIT = 16 * 1024;
const LINE_LIMIT = 4 * 1024;
const DRAIN_MS = 2000;

export interface AnsibleRun {
  playbook: string;
  variables: Readonly<Record<string, unknown>>;
  /** A folder of this run alone, that exists. */
  work: string;
  /** The folder of keeper.py and of the callback plugin. */
  plugins: string;
  environment: Readonly<Record<string, string | undefined>>;
  socket: string;
  /** Ends the role when it aborts; its reason is the Interruption. */
  signal: AbortSignal;
  /** How long the role has between SIGTERM and SIGKILL, in ms. */
  graceMs: number;
  onEvent(event: AnsibleEvent): void;
  onOutput(stream: "stdout" | "stderr", text: string): void;
}

export interface AnsibleResult {
  events: AnsibleEvent[];
  ending: Ending;
  interruption: Interruption | undefined;
  errorOutput: string;
}

/**
 * Runs a playbook with ansible-playbook from the environment's PATH. When it returns, nothing that the playbook started is
 * running any more, in whatever process group or session (ansible/keeper.py); as PID 1 it kills even what the keeper lost.
 */
export async function runAnsible(run: AnsibleRun): Promise<AnsibleResult> {
  const files = await writeFiles(run);
  const keeper = spawn(
    "python3",
    [
      join(run.plugins, "keeper.py"),
      "ansible-playbook",
      ...["--inventory", "localhost,", "--extra-vars", `@${files.variables}`, files.playbook],
    ],
    {
      cwd: run.work,
      env: ansibleEnvironment(run, files.config),
      stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"],
      detached: true,
    },
  );
  // All five are pipes, which the type of `stdio` cannot know.
  const pipes = keeper.stdio as unknown as [unknown, Readable, Readable, Readable, Readable];
  const [, stdout, stderr, eventPipe, endingPipe] = pipes;
  const events: AnsibleEvent[] = [];
  let errorOutput = "";
  const reading = Promise.all([
    read(eventPipe, (line) => {
      const event = parseEvent(line);
      if (!event) return;
      events.push(event);
      run.onEvent(event);
    }),
    read(stdout, (line) => run.onOutput("stdout", line.slice(0, LINE_LIMIT))),
    read(stderr, (line) => {
      errorOutput = `${errorOutput}${line}\n`.slice(-ERROR_OUTPUT_LIMIT);
      run.onOutput("stderr", line.slice(0, LINE_LIMIT));
    }),
    lastLine(endingPipe),
  ]);
  const disarm = armInterruption(keeper, run);
  const ending = await ended(keeper);
  disarm();
  if (process.pid === 1) killEverythingElse();
  // A process that nobody could kill may hold a pipe open: what it still has to say is not worth waiting for.
  const overdue = setTimeout(() => {
    for (const pipe of [stdout, stderr, eventPipe, endingPipe]) pipe.destroy();
  }, DRAIN_MS);
  const [, , , said] = await reading;
  clearTimeout(overdue);
  return {
    events,
    errorOutput,
    interruption: run.signal.aborted ? (run.signal.reason as Interruption) : undefined,
    ending: said === undefined ? { lost: ending } : (JSON.parse(said) as Ending),
  };
}

async function writeFiles(run: AnsibleRun) {
  const files = {
    playbook: join(run.work, "playbook.yml"),
    variables: join(run.work, "variables.yml"),
    config: join(run.work, "ansible.cfg"),
  };
  await mkdir(join(run.work, "ansible"), { recursive: true });
  const interpreters = {
    ansible_python_interpreter: "/usr/bin/python3",
    ansible_node_interpreter: process.execPath,
  };
  await Promise.all([
    writeFile(files.playbook, run.playbook),
    writeFile(files.variables, variablesYaml({ ...run.variables, ...interpreters }), {
      mode: 0o600,
    }),
    writeFile(files.config, ansibleConfig({ work: run.work, plugins: run.plugins })),
  ]);
  return files;
}

/** The environment without what would steer Ansible or the runner, but for where collections are. */
function ansibleEnvironment(run: AnsibleRun, config: string): Record<string, string> {
  const kept = Object.entries(run.environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      (!/^(ANSIBLE|PYSTOL)_/.test(entry[0]) || KEPT_VARIABLES.has(entry[0])),
  );
  return {
    ...Object.fromEntries(kept),
    ANSIBLE_CONFIG: config,
    PYSTOL_SOCKET: run.socket,
    LC_ALL: "C.UTF-8",
  };
}

const KEPT_VARIABLES: ReadonlySet<string> = new Set([
  "ANSIBLE_COLLECTIONS_PATH",
  "PYSTOL_SERVICE_ACCOUNT_DIRECTORY",
]);

/** On interruption SIGTERM for the playbook's process group, and after the grace everything is killed. */
function armInterruption(keeper: ChildProcess, run: AnsibleRun): () => void {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    keeper.kill("SIGTERM");
    timer = setTimeout(() => keeper.stdin?.end(), run.graceMs);
  };
  keeper.stdin?.on("error", () => undefined); // the keeper ended first
  if (run.signal.aborted) interrupt();
  else run.signal.addEventListener("abort", interrupt, { once: true });
  return () => {
    run.signal.removeEventListener("abort", interrupt);
    clearTimeout(timer);
  };
}

/** How the keeper itself ended, in words; whatever the words, its end is awaited. */
function ended(keeper: ChildProcess): Promise<string> {
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

async function lastLine(stream: Readable): Promise<string | undefined> {
  let last: string | undefined;
  await read(stream, (line) => {
    last = line;
  });
  return last;
}
