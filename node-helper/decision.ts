import type { PystolRunStatus } from "../crds/types/pystolruns.ts";
import type { PystolRun } from "../kubernetes/resources.ts";
import { type Partition, parsePartition } from "./partition.ts";
import { isUid } from "./pod-cgroup.ts";
import { tableOf } from "./ruleset.ts";

export type Order = NonNullable<PystolRunStatus["nodeOrders"]>[number];
export type Answer = NonNullable<PystolRunStatus["nodeAnswers"]>[number];

/** What is to be done about one order. What `apply` holds is checked. */
export type Task =
  /** Put the partition into the pod's network namespace. */
  | {
      kind: "apply";
      id: string;
      table: string;
      target: Order["target"];
      partition: Partition;
      holdSeconds: number;
    }
  | { kind: "remove"; id: string; table: string; target: Order["target"] }
  | { kind: "refuse"; id: string; reason: string };

const LONGEST_HOLD_SECONDS = 86_400; // that of the CRD

/**
 * What this node still has to do for the run, by its orders and the answers so far. An order is applied at most once: whatever
 * it was answered, it is never applied again. Removing is repeated until it was answered.
 */
export function tasksFor(run: PystolRun, node: string): Task[] {
  const { nodeOrders = [], nodeAnswers = [] } = run.status ?? {};
  return nodeOrders
    .filter((order) => order.node === node)
    .flatMap((order): Task[] => {
      const answer = nodeAnswers.find(({ id }) => id === order.id);
      if (order.want === "Removed" ? answer?.state === "Removed" : answer !== undefined) return [];
      return [taskFor(run, order)];
    });
}

function taskFor(run: PystolRun, order: Order): Task {
  const { id, target } = order;
  const refuse = (reason: string): Task => ({ kind: "refuse", id, reason });
  const table = tableOf(run.metadata.name, id);
  // Only a table that this very order made has that name, so removing it needs no more questions.
  if (order.want === "Removed") return { kind: "remove", id, table, target };
  const stranger = strangerReason(run, order);
  if (stranger) return refuse(stranger);
  if (run.spec.dryRun) return refuse("The run is a dry run; nothing is applied.");
  if (run.spec.stop) return refuse("The run was asked to stop before the fault was applied.");
  if (run.status?.report) return refuse("The run has its report already; nothing is applied.");
  const { holdSeconds } = order;
  if (!Number.isInteger(holdSeconds) || holdSeconds < 1 || holdSeconds > LONGEST_HOLD_SECONDS)
    return refuse(
      `holdSeconds is ${holdSeconds}; expected a whole number from 1 to ${LONGEST_HOLD_SECONDS}.`,
    );
  const partition = parsePartition(order.args ?? {});
  if (typeof partition === "string") return refuse(partition);
  return { kind: "apply", id, table, target, partition, holdSeconds };
}

/** Why the order is none that this run may give, or undefined. */
function strangerReason(run: PystolRun, order: Order): string | undefined {
  const { id, fault, target, node } = order;
  if (!run.spec.role.nodeAccess)
    return `The role ${run.spec.role.name} has no nodeAccess in its PystolRole.`;
  if (fault !== "NetworkPartition")
    return `The fault is ${fault}; this helper knows NetworkPartition alone.`;
  if (!isUid(target.uid)) return `The target's UID is ${target.uid}; expected one of Kubernetes.`;
  if (id !== `${fault}/${target.uid}`)
    return `The order's id is ${id}; expected ${fault}/${target.uid}.`;
  const { namespace } = run.spec.action;
  if (target.namespace !== namespace)
    return `The target is in the namespace ${target.namespace}; expected that of the action, ${namespace}.`;
  if (isOwnNamespace(namespace)) return `The namespace ${namespace} is Pystol's own.`;
  const known = run.status?.targets?.some(
    ({ kind, uid, name, node: on }) =>
      kind === "Pod" && uid === target.uid && name === target.name && on === node,
  );
  return known
    ? undefined
    : `The pod ${target.name} with the UID ${target.uid} on ${node} is none of the run's targets.`;
}

function isOwnNamespace(namespace: string): boolean {
  return ["pystol-system", "pystol-runs", "pystol-nodes"].includes(namespace);
}
