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
/** Programs that are on this machine, too. */
const OWN_PROGRAMS = ["/bin/sh"];
/** A kubelet takes no more than the end of a termination message: https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/container/runtime.go */
const MESSAGE_LIMIT_BYTES = 4096;

export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { spec, env, folder, onLine } = options;
  const terminationLog = join(folder, "termination-log");
  await mkdir(join(folder, "tmp"), { recursive: true });
  await writeFile(terminationLog, "");
  const [program = "", ...args] = [...PROCESS_NAMESPACE, ...programOf(spec.command)];
  const child = spawn(program, args, {
    env: { ...env, PYSTOL_TERMINATION_LOG: terminationLog, TERMINATION_LOG: terminationLog },
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const startedAt = seconds(new Date());
  createInterface({ input: child.stdout }).on("line", onLine);
  child.stdout.pipe(createWriteStream(join(folder, "stdout")));
  child.stderr.pipe(createWriteStream(join(folder, "stderr")));
  let isKilled = false;
  const ended = once(child, "close").then(async ([code, signal]) => ({
    // Of a child that was killed, unshare of util-linux 2.38 says 1.
    exitCode: isKilled && code !== 0 ? KILLED : (code ?? 128 + (SIGNALS[signal as string] ?? 0)),
    message: (await readFile(terminationLog)).subarray(-MESSAGE_LIMIT_BYTES).toString(),
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
        isKilled ||= Boolean(pid) && signal === "SIGKILL";
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

const KILLED = 128 + 9;

function programOf(command: readonly string[] | undefined): readonly string[] {
  if (!command) return [process.execPath, RUNNER];
  const [program = "", main = ""] = command;
  if (OWN_PROGRAMS.includes(program)) return command;
  const found = PROGRAMS[main];
  if (!found) throw new Error(`the test kubelet does not know the program ${command.join(" ")}`);
  return [process.execPath, found];
}

/** metav1.Time has whole seconds. */
export function seconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
