import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";

/** The part of a Pod that matters here. */
export interface Pod extends Resource {
  spec?: { terminationGracePeriodSeconds?: number; nodeName?: string };
  status?: { conditions?: { type: string; status: string }[] };
}

export const pods: ResourceType<Pod> = {
  apiVersion: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
};

/** The UID of what manages the pod: https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/ */
export function controllerOf(pod: Pod): string | undefined {
  return pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
}

/** Whether a new pod of the same controller is meant in the place of the killed one: of the same name, or on the same node, where that counts. */
export function takesPlaceOf({ metadata, spec }: Pod, pod: Pod): boolean {
  const kind = metadata.ownerReferences?.find(({ controller }) => controller)?.kind;
  if (kind === "StatefulSet") return pod.metadata.name === metadata.name;
  if (kind === "DaemonSet") return !spec?.nodeName || pod.spec?.nodeName === spec.nodeName;
  return true;
}

/** Ready and not on its way out. */
export function isReady(pod: Pod): boolean {
  const isTerminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = pod.status?.conditions?.find(({ type }) => type === "Ready");
  return !isTerminating && ready?.status === "True";
}

/**
 * For each controller of a killed pod: the Ready pods of it that were not there before and replace nothing yet, oldest first.
 */
export function unassignedReplacements(
  all: Iterable<Pod>,
  known: { controller: string; before: ReadonlySet<string>; assigned: ReadonlySet<string> },
): Pod[] {
  const isNew = ({ metadata: { uid = "" } }: Pod) =>
    !known.before.has(uid) && !known.assigned.has(uid);
  const created = ({ metadata }: Pod) => `${metadata.creationTimestamp ?? ""} ${metadata.name}`;
  return [...all]
    .filter((pod) => controllerOf(pod) === known.controller && isReady(pod) && isNew(pod))
    .sort((one, other) => (created(one) < created(other) ? -1 : 1));
}
