import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AnsibleEvent, parseEvent, shownEvent } from "./events.ts";
import { startKept } from "./keeper.ts";
import { ansibleConfig } from "./playbook.ts";
import { scriptCommand } from "./python-script.ts";
import type { Redaction } from "./redaction.ts";
import { variablesYaml } from "./variables.ts";
import type { Ending, Interruption } from "./verdict.ts";

const ERROR_OUTPUT_LIMIT = 16 * 1024;
const LINE_LIMIT = 4 * 1024;

export interface AnsibleParts {
  /** A folder of this play alone; it is made. */
  folder: string;
  /** The folder of keeper.py and of the callback plugin. */
  plugins: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Takes secrets out of whatever Ansible says. */
  redaction: Redaction;
  /** Where the role finds the runner. */
  socket: string;
  /** Whether it runs in Ansible's check mode. */
  check?: boolean;
  onEvent(event: AnsibleEvent): void;
  onOutput(stream: "stdout" | "stderr", text: string): void;
}

export interface Play {
  playbook: string;
  variables: Readonly<Record<string, unknown>>;
  /** Ends the play when it aborts; its reason is the Interruption. */
  signal: AbortSignal;
  /** How long the play has between SIGTERM and SIGKILL, in ms. */
  graceMs: number;
}

export interface AnsibleResult {
  events: AnsibleEvent[];
  ending: Ending;
  interruption: Interruption | undefined;
  errorOutput: string;
}

/** An ansible-playbook that has started, and waits for what to do. */
export interface WaitingAnsible {
  /** Runs the play, once. When it returns, nothing that it started is running any more (ansible/keeper.py). */
  run(play: Play): Promise<AnsibleResult>;
  /** Ends it where there is nothing to do. */
  discard(): Promise<void>;
}

/**
 * Starts ansible-playbook from the environment's PATH. It takes half a second until it wants its variables, and reads the
 * playbook only after them: so it can start before anybody knows what there is to do, and nothing runs before `run`.
 */
export async function startAnsible(parts: AnsibleParts): Promise<WaitingAnsible> {
  const { folder } = parts;
  const playbook = join(folder, "playbook.yml");
  const fifo = join(folder, "variables.yml");
  const config = join(folder, "ansible.cfg");
  await mkdir(join(folder, "ansible"), { recursive: true });
  const [program] = await Promise.all([
    scriptCommand("ansible-playbook", {
      path: parts.environment.PATH,
      start: join(parts.plugins, "start.py"),
    }),
    writeFile(playbook, "[]\n"), // it must be there from the beginning
    writeFile(config, ansibleConfig({ work: folder, plugins: parts.plugins })),
  ]);
  const events: AnsibleEvent[] = [];
  let errorOutput = "";
  const check = parts.check ? ["--check"] : [];
  const kept = startKept({
    ...{ plugins: parts.plugins, folder, fifo },
    command: [
      ...[...program, "--inventory", "localhost,", "--extra-vars", `@${fifo}`],
      ...[...check, playbook],
    ],
    environment: ansibleEnvironment(parts, config),
    onLine: (stream, line) => {
      if (stream === "events") {
        const parsed = parseEvent(line);
        if (!parsed) return;
        const event = shownEvent(parsed, parts.redaction);
        events.push(event);
        parts.onEvent(event);
        return;
      }
      const text = parts.redaction.text(line);
      if (stream === "stderr") errorOutput = `${errorOutput}${text}\n`.slice(-ERROR_OUTPUT_LIMIT);
      parts.onOutput(stream, text.slice(0, LINE_LIMIT));
    },
  });
  return {
    run: async (play) => {
      const interruption = () =>
        play.signal.aborted ? (play.signal.reason as Interruption) : undefined;
      await writeFile(playbook, play.playbook);
      const disarm = armInterruption(kept, play);
      if (!play.signal.aborted)
        kept.handOver(variablesYaml({ ...play.variables, ...INTERPRETERS }));
      const ending = await kept.ended;
      disarm();
      return { events, errorOutput, interruption: interruption(), ending };
    },
    discard: async () => {
      kept.kill();
      await kept.ended;
    },
  };
}

const INTERPRETERS = {
  ansible_python_interpreter: "/usr/bin/python3",
  ansible_node_interpreter: process.execPath,
};

/** The environment without what would steer Ansible or the runner, but for where collections are. */
function ansibleEnvironment(parts: AnsibleParts, config: string): Record<string, string> {
  const kept = Object.entries(parts.environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      (!/^(ANSIBLE|PYSTOL)_/.test(entry[0]) || KEPT_VARIABLES.has(entry[0])),
  );
  return {
    ...Object.fromEntries(kept),
    ANSIBLE_CONFIG: config,
    PYSTOL_SOCKET: parts.socket,
    LC_ALL: "C.UTF-8",
  };
}

const KEPT_VARIABLES: ReadonlySet<string> = new Set([
  "ANSIBLE_COLLECTIONS_PATH",
  "PYSTOL_SERVICE_ACCOUNT_DIRECTORY",
]);

/** On interruption SIGTERM for the playbook's process group, and after the grace everything is killed. */
function armInterruption(
  kept: { terminate(): void; kill(): void },
  { signal, graceMs }: Play,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    kept.terminate();
    timer = setTimeout(() => kept.kill(), graceMs);
  };
  if (signal.aborted) interrupt();
  else signal.addEventListener("abort", interrupt, { once: true });
  return () => {
    signal.removeEventListener("abort", interrupt);
    clearTimeout(timer);
  };
}
