import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

const UNSHARE = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];

/**
 * What to put before a program so that it is PID 1 of a process namespace of its own, as a container's is: nothing that it
 * started outlives it. Nothing where the machine makes no such namespaces. unshare(1)
 */
export const PROCESS_NAMESPACE: readonly string[] = possible();

function possible(): readonly string[] {
  const rights = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const [program = "", ...flags] = [...UNSHARE, ...rights];
  return spawnSync(program, [...flags, "true"]).status === 0 ? [program, ...flags] : [];
}

/** The process that `unshare` with this ID started; it itself where there is no namespace. Undefined if there is none any more. */
export async function insideOf(pid: number): Promise<number | undefined> {
  if (PROCESS_NAMESPACE.length === 0) return pid;
  for (;;) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(
      () => undefined,
    );
    if (children === undefined) return undefined;
    const [child] = children.trim().split(" ");
    if (child) return Number(child);
    await delay(5); // it is about to fork, or to end
  }
}
