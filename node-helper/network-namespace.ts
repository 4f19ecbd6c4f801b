import { type FileHandle, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isOfPod, startTimeOf } from "./pod-cgroup.ts";

/** A network namespace that is held open: it cannot become another one, whatever its processes do. */
export interface NetworkNamespace extends AsyncDisposable {
  readonly fd: number;
  /** The inode that identifies it on its node. namespaces(7) */
  readonly inode: number;
}

/** The pod uses its node's network (hostNetwork), in which nothing is ever changed. */
export class NodeNetworkError extends Error {
  override readonly name = "NodeNetworkError";
}

/**
 * Opens the network namespace of the pod with that UID, by its oldest process: that is the sandbox, whereas a process in a
 * container may have made a namespace of its own. Undefined where no process of the pod runs in `proc`, the node's /proc.
 *
 * @throws NodeNetworkError where it is the network namespace of the node's first process.
 */
export async function openNamespaceOf(
  uid: string,
  proc: string,
): Promise<NetworkNamespace | undefined> {
  for (;;) {
    const pid = await oldestProcess(uid, proc);
    if (pid === undefined) return undefined;
    const file = await absentIfGone(open(join(proc, pid, "ns/net"), "r"));
    if (!file) continue;
    // Between looking and opening, the process ID may have gone to another process.
    const cgroup = await absentIfGone(readFile(join(proc, pid, "cgroup"), "utf8"));
    if (cgroup === undefined || !isOfPod(cgroup, uid)) {
      await file.close();
      continue;
    }
    return await refusingTheNodes(file, proc);
  }
}

async function refusingTheNodes(file: FileHandle, proc: string): Promise<NetworkNamespace> {
  await using nodes = await open(join(proc, "1/ns/net"), "r");
  const [own, ofNode] = await Promise.all([file.stat(), nodes.stat()]);
  if (own.ino === ofNode.ino && own.dev === ofNode.dev) {
    await file.close();
    throw new NodeNetworkError(
      "The pod uses its node's network, which is not partitioned for one pod.",
    );
  }
  return { fd: file.fd, inode: own.ino, [Symbol.asyncDispose]: () => file.close() };
}

async function oldestProcess(uid: string, proc: string): Promise<string | undefined> {
  const pids = (await readdir(proc)).filter((name) => /^\d+$/.test(name));
  let oldest: { pid: string; startTime: number } | undefined;
  for (const pid of pids) {
    const cgroup = await absentIfGone(readFile(join(proc, pid, "cgroup"), "utf8"));
    if (cgroup === undefined || !isOfPod(cgroup, uid)) continue;
    const stat = await absentIfGone(readFile(join(proc, pid, "stat"), "utf8"));
    if (stat === undefined) continue;
    const startTime = startTimeOf(stat);
    if (!oldest || startTime < oldest.startTime) oldest = { pid, startTime };
  }
  return oldest?.pid;
}

/** Undefined if the process has ended meanwhile. */
async function absentIfGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
}
