import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../kubernetes/client.ts";
import { ApiError, ConnectionError, hasReason } from "../kubernetes/errors.ts";
import type { Counters } from "./counters.ts";
import type { Answer, Task } from "./decision.ts";
import { type NetworkNamespace, NodeNetworkError, openNamespaceOf } from "./network-namespace.ts";
import { change, readTable, removeTable } from "./nft.ts";
import { rulesetText } from "./ruleset.ts";
import { type Pod, podProblem, pods } from "./target-pod.ts";

/** What came of a task. */
export type Result = Pick<Answer, "state" | "message" | "evidence">;

export interface Surroundings {
  client: Client;
  node: string;
  /** The node's /proc. */
  proc: string;
  now: () => Date;
  /** Ends waiting for packets. */
  signal: AbortSignal;
}

type Apply = Extract<Task, { kind: "apply" }>;
type Remove = Extract<Task, { kind: "remove" }>;

const POLL_MS = 200;

/**
 * Carries a task out. Failed of `apply` means that nothing was applied; of `remove`, that it has to be tried again.
 *
 * @throws ApiError or ConnectionError where the pod cannot be read now, so that nothing is known: try again.
 */
export async function carryOut(task: Task, surroundings: Surroundings): Promise<Result> {
  switch (task.kind) {
    case "refuse":
      return { state: "Failed", message: task.reason };
    case "apply":
      return await apply(task, surroundings);
    case "remove":
      return await remove(task, surroundings);
  }
}

async function apply(task: Apply, surroundings: Surroundings): Promise<Result> {
  const { client, node, proc, now } = surroundings;
  try {
    const pod = await readPod(client, task.target);
    const problem = podProblem(pod, { target: task.target, node });
    if (problem) return { state: "Failed", message: problem };
    await using namespace = await openNamespaceOf(task.target.uid, proc);
    if (!namespace) return { state: "Failed", message: noProcess(task) };
    // It is there if a helper before this one was lost between applying and answering.
    if (!(await readTable(namespace, task.table))) {
      await change(namespace, rulesetText(task.table, task));
    }
    try {
      const counters = await firstPacket(namespace, task, surroundings.signal);
      // nft rounds down to whole seconds: at this time it is over for certain.
      const leftMs = (counters.expiresInSeconds + 1) * 1000;
      const expiresAt = new Date(now().getTime() + leftMs).toISOString();
      const evidence = { ...evidenceOf(task, namespace, counters), expiresAt };
      return { state: "Applied", evidence };
    } catch (error) {
      await removeTable(namespace, task.table);
      throw error;
    }
  } catch (error) {
    if (isTransient(error)) throw error;
    return { state: "Failed", message: (error as Error).message };
  }
}

async function remove(task: Remove, { proc }: Surroundings): Promise<Result> {
  try {
    await using namespace = await openNamespaceOf(task.target.uid, proc);
    if (!namespace)
      return {
        state: "Removed",
        message: `${noProcess(task)} Its network namespace went with it, and the rules in that.`,
      };
    const counters = await removeTable(namespace, task.table);
    if (!counters) return { state: "Removed", message: "There was nothing of it any more." };
    return { state: "Removed", evidence: evidenceOf(task, namespace, counters) };
  } catch (error) {
    if (error instanceof NodeNetworkError)
      return { state: "Removed", message: `${error.message} Nothing was applied.` };
    return { state: "Failed", message: (error as Error).message };
  }
}

/** The counters when a packet was dropped, or when the time to wait for one is over. */
async function firstPacket(
  namespace: NetworkNamespace,
  { table, partition }: Apply,
  signal: AbortSignal,
): Promise<Counters> {
  const deadline = performance.now() + partition.watchSeconds * 1000;
  for (;;) {
    const counters = await readTable(namespace, table);
    if (!counters) throw new Error(`The table ${table} was removed by somebody else.`);
    const isOver = performance.now() >= deadline || signal.aborted;
    if (counters.packetsDropped > 0 || isOver) return counters;
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

function evidenceOf({ table }: Apply | Remove, { inode }: NetworkNamespace, counters: Counters) {
  const { expiresInSeconds: _, ...dropped } = counters;
  return { table, networkNamespace: inode, ...dropped };
}

function noProcess({ target }: Apply | Remove): string {
  return `No process of the pod ${target.namespace}/${target.name} (${target.uid}) runs on this node.`;
}

/** Whether the API server may answer otherwise in a moment. */
function isTransient(error: unknown): boolean {
  return (
    error instanceof ConnectionError ||
    (error instanceof ApiError && (error.code >= 500 || error.code === 429 || error.code === 401))
  );
}

async function readPod(
  client: Client,
  { namespace, name }: { namespace: string; name: string },
): Promise<Pod | undefined> {
  try {
    return await client.get(pods, { namespace, name });
  } catch (error) {
    if (hasReason(error, "NotFound")) return undefined;
    throw error;
  }
}
