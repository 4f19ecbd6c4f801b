import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Report } from "../../crds/types/report.ts";

/** The runner as a process of this machine, with what a kubelet would have given it. */
export interface RunnerProcess {
  readonly pid: number;
  /** The events that it has told so far. */
  events(): Record<string, unknown>[];
  /** Resolves once an event of that name is told. */
  event(name: string): Promise<Record<string, unknown>>;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<RunnerEnd>;
}

export interface RunnerEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** The termination message, as it was written, and read as a report. */
  message: string;
  report: Report | undefined;
}

export interface RunnerOptions {
  /** A folder of this runner alone. */
  folder: string;
  server: string;
  ca: string;
  token: string;
  run: string;
  pod: { name: string; uid: string };
  /** Where the collections are. */
  collections: string;
  /** The folders of ansible-playbook and of pystol-record. */
  programs: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** A program, with its arguments, that starts the runner. */
  wrapper?: readonly string[];
}

const MAIN = join(import.meta.dirname, "../../runner/main.ts");

export async function startRunner(options: RunnerOptions): Promise<RunnerProcess> {
  const account = join(options.folder, "serviceaccount");
  const terminationLog = join(options.folder, "termination-log");
  await mkdir(account, { recursive: true });
  await Promise.all([
    writeFile(join(account, "ca.crt"), options.ca),
    writeFile(join(account, "token"), options.token, { mode: 0o600 }),
    writeFile(join(account, "namespace"), "pystol-runs"),
    writeFile(terminationLog, ""),
  ]);
  const { hostname, port } = new URL(options.server);
  const [program = "", ...args] = [...(options.wrapper ?? []), process.execPath, MAIN];
  const child = spawn(program, args, {
    env: {
      PATH: [...options.programs, process.env.PATH].join(":"),
      HOME: options.folder,
      TMPDIR: options.folder,
      ANSIBLE_COLLECTIONS_PATH: options.collections,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      PYSTOL_SERVICE_ACCOUNT_DIRECTORY: account,
      PYSTOL_TERMINATION_LOG: terminationLog,
      TERMINATION_LOG: terminationLog, // for roles that write to it, as they could in a pod
      PYSTOL_RUN: options.run,
      PYSTOL_POD_NAME: options.pod.name,
      PYSTOL_POD_UID: options.pod.uid,
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    child.emit("told");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(async ([code, signal]): Promise<RunnerEnd> => {
    child.emit("told");
    const message = await readFile(terminationLog, "utf8");
    return { code, signal, stdout, stderr, message, report: parsed(message) };
  });
  const events = () =>
    stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    pid: child.pid ?? 0,
    events,
    ended,
    signal: (name) => child.kill(name),
    event: async (name) => {
      for (;;) {
        const found = events().find(({ event }) => event === name);
        if (found) return found;
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`The runner ended without the event ${name}.\n${stdout}${stderr}`);
        await once(child, "told");
      }
    },
  };
}

function parsed(message: string): Report | undefined {
  return message ? (JSON.parse(message) as Report) : undefined;
}
