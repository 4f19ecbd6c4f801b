import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BASH, killGroup } from "../process-group.ts";
import type { CommandCheck } from "./probe.ts";
import { CheckFailure, oneLine, secretsOf, without } from "./words.ts";

const KEPT_CHARACTERS = 65_536;
const SHOWN_LINES = 5;
const SHOWN_CHARACTERS = 200;
/** For what a program that left the group still holds open. */
const DRAIN_MS = 200;

interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * Runs the script with bash, without input; exit code 0 is success. Nothing of its process group outlives the check, and at the
 * signal all of it is killed.
 *
 * @throws CheckFailure with the last lines of its output, without the environment's secrets; of the signal it says that it came.
 */
export async function checkCommand(
  { script }: CommandCheck,
  context: {
    workspace: string;
    environment: Readonly<Record<string, string | undefined>>;
    temp: string;
    signal: AbortSignal;
  },
): Promise<void> {
  const folder = await mkdtemp(join(context.temp, "pystol-probe-"));
  try {
    const file = join(folder, "probe.sh");
    await writeFile(file, script, { mode: 0o700 });
    context.signal.throwIfAborted();
    const child = spawn("bash", [...BASH, file], {
      cwd: context.workspace,
      env: { ...context.environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // a process group of its own
    });
    const output = outputOf(child);
    const secrets = secretsOf(context.environment);
    const last = () => lastLines(without(output(), secrets));
    const ending = await ended(child, context.signal).catch((cause) => {
      if (!context.signal.aborted) {
        throw new CheckFailure(`bash could not be started: ${cause.message}`, { cause });
      }
      throw new CheckFailure(`it had not ended${last()}`, { cause });
    });
    if (ending.code === 0) return;
    const how = ending.code === null ? `ended by ${ending.signal}` : `exit code ${ending.code}`;
    throw new CheckFailure(`${how}${last()}`);
  } finally {
    // Nobody waits for it; what is left is in a folder for what is left.
    rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** How it ended, when its output was read. */
function ended(child: ChildProcess, signal: AbortSignal): Promise<Ending> {
  const { promise, resolve, reject } = Promise.withResolvers<Ending>();
  const kill = () => {
    killGroup(child.pid, "SIGKILL");
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    reject(signal.reason);
  };
  signal.addEventListener("abort", kill, { once: true });
  child.once("error", reject);
  child.once("exit", (code, by) => {
    killGroup(child.pid, "SIGKILL"); // what it left in the background
    const end = () => resolve({ code, signal: by });
    const late = setTimeout(() => {
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
      end();
    }, DRAIN_MS);
    child.once("close", () => {
      clearTimeout(late);
      end();
    });
  });
  return promise.finally(() => signal.removeEventListener("abort", kill));
}

/** The end of both outputs, in the order in which they came. */
function outputOf(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-KEPT_CHARACTERS);
    });
  }
  return () => text;
}

function lastLines(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  const last = lines.slice(-SHOWN_LINES).map((line) => oneLine(line, { limit: SHOWN_CHARACTERS }));
  if (last.length === 0) return "; it wrote nothing";
  return `; its last lines: ${oneLine(last.join(" | "), { limit: SHOWN_CHARACTERS, kept: "end" })}`;
}
