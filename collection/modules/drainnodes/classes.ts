import {
  NODES_NAMESPACE,
  RUNS_NAMESPACE,
  SYSTEM_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { controllerOf, type Pod } from "../pods/pod.ts";

/** What to do with pods that others would miss; as an author wished it. */
export interface Policy {
  emptyDir: "refuse" | "delete";
  podsWithoutController: "refuse" | "evict";
  namespacesNotEnabled: "refuse" | "leave";
}

/** What is known of the cluster when pods are looked at. */
export interface Surroundings {
  /** The namespaces that opted in. */
  enabled: ReadonlySet<string>;
  /** Keys "namespace/name" of DaemonSets that pods name as their controller, but that are not there. */
  absentDaemonSets: ReadonlySet<string>;
}

/** Why a pod stays where it is. */
export type Leave = "daemonSet" | "mirror" | "finished" | "pystol" | "notEnabled";

export type PodClass =
  | { kind: "evict" }
  /** On its way out already. */
  | { kind: "wait" }
  | { kind: "leave"; why: Leave }
  | { kind: "refuse"; why: string };

// https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-config-mirror
const MIRROR = "kubernetes.io/config.mirror";
// https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-unschedulable
const UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

/** Where Pystol's own pods are; nothing there is ever a target, whatever its labels say. */
const OWN: ReadonlySet<string> = new Set([SYSTEM_NAMESPACE, RUNS_NAMESPACE, NODES_NAMESPACE]);

/**
 * What a drain does with a pod. As kubectl drain, it leaves pods of DaemonSets, which would come back at once, and static pods,
 * which no API server can remove. Unlike it, it leaves finished pods, which use nothing of the node, and Pystol's own, which may
 * be about to undo another fault.
 * https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/
 */
export function classOf(pod: Pod, policy: Policy, around: Surroundings): PodClass {
  const { namespace = "", annotations = {}, deletionTimestamp } = pod.metadata;
  const phase = pod.status?.phase;
  if (annotations[MIRROR] !== undefined) return { kind: "leave", why: "mirror" };
  if (phase === "Succeeded" || phase === "Failed") return { kind: "leave", why: "finished" };
  if (OWN.has(namespace)) return { kind: "leave", why: "pystol" };
  const controller = controllerOf(pod);
  const isOfDaemonSet =
    controller?.kind === "DaemonSet" &&
    !around.absentDaemonSets.has(`${namespace}/${controller.name}`);
  if (isOfDaemonSet) return { kind: "leave", why: "daemonSet" };
  if (!around.enabled.has(namespace)) {
    if (policy.namespacesNotEnabled === "leave") return { kind: "leave", why: "notEnabled" };
    return { kind: "refuse", why: `the namespace ${namespace} is not enabled` };
  }
  if (deletionTimestamp) return { kind: "wait" };
  const reasons = [
    ...(!controller || controller.kind === "DaemonSet"
      ? policy.podsWithoutController === "refuse"
        ? ["nothing would replace it, for it has no controller"]
        : []
      : []),
    ...(policy.emptyDir === "refuse" && hasEmptyDir(pod)
      ? ["its emptyDir volume would be lost"]
      : []),
  ];
  return reasons.length > 0 ? { kind: "refuse", why: reasons.join(", and ") } : { kind: "evict" };
}

function hasEmptyDir(pod: Pod): boolean {
  return pod.spec?.volumes?.some(({ emptyDir }) => emptyDir !== undefined) ?? false;
}

/** Whether the pod may be scheduled to a node that is cordoned, so that it can come back there at once. */
export function toleratesCordon(pod: Pod): boolean {
  return (pod.spec?.tolerations ?? []).some(({ key, operator, effect }) => {
    const isForAll = !key && operator === "Exists";
    return (isForAll || key === UNSCHEDULABLE) && (!effect || effect === "NoSchedule");
  });
}
