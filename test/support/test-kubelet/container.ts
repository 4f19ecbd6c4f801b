import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { insideOf, PROCESS_NAMESPACE } from "./process-namespace.ts";

/** What a kubelet knows of a container that it starts. */
export interface ContainerSpec {
  name: string;
  command?: string[];
  env?: { name: string; value?: string; valueFrom?: { fieldRef?: { fieldPath: string } } }[];
}

/** A container's program as a process of this machine. */
export interface Container {
  readonly name: string;
  readonly startedAt: string;
  /** Sends it a signal; nothing happens if it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Resolves once nothing of it runs any more. */
  readonly ended: Promise<{ exitCode: number; message: string; finishedAt: string }>;
}

export interface ContainerOptions {
  spec: ContainerSpec;
  /** The variables of the container, with the values of fields and with paths of this machine. */
  env: Readonly<Record<string, string>>;
  /** A folder of this container alone; its log and its termination message stay there. */
  folder: string;
  onLine: (line: string) => void;
}

const root = join(import.meta.dirname, "../../..");

/** Where the programs of the runner's image are in the checkout. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "/usr/lib/pystol/runner/fetch.js": join(root, "runner/fetch/main.ts"),
  "/usr/lib/pystol/node-helper/main.js": join(root, "node-helper/main.ts"),
};
const RUNNER = join(root, "runner/main.ts");

export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { spec, env, folder, onLine } = options;
  const terminationLog = join(folder, "termination-log");
  await mkdir(join(folder, "tmp"), { recursive: true });
  await writeFile(terminationLog, "");
  const [program = "", ...args] = [
    ...PROCESS_NAMESPACE,
    ...[process.execPath, mainOf(spec.command)],
  ];
  const child = spawn(program, args, {
    env: { ...env, PYSTOL_TERMINATION_LOG: terminationLog, TERMINATION_LOG: terminationLog },
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const startedAt = seconds(new Date());
  createInterface({ input: child.stdout }).on("line", onLine);
  child.stdout.pipe(createWriteStream(join(folder, "stdout")));
  child.stderr.pipe(createWriteStream(join(folder, "stderr")));
  const ended = once(child, "close").then(async ([code, signal]) => ({
    exitCode: code ?? 128 + (SIGNALS[signal as string] ?? 0),
    message: await readFile(terminationLog, "utf8"),
    finishedAt: seconds(new Date()),
  }));
  return {
    name: spec.name,
    startedAt,
    ended,
    kill: async (signal) => {
      const pid = child.pid && child.exitCode === null ? await insideOf(child.pid) : undefined;
      try {
        if (pid) process.kill(pid, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    },
  };
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGKILL: 9,
  SIGTERM: 15,
  SIGINT: 2,
  SIGSEGV: 11,
};

function mainOf(command: readonly string[] | undefined): string {
  if (!command) return RUNNER;
  const program = PROGRAMS[command[1] ?? ""];
  if (!program) throw new Error(`the test kubelet does not know the program ${command.join(" ")}`);
  return program;
}

/** metav1.Time has whole seconds. */
export function seconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
