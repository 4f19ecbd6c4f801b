import { controllerOf, type Pod } from "../pods/pod.ts";

/** Whether a new pod of the same controller is meant in the place of the killed one: of the same name, or on the same node, where that counts. */
export function takesPlaceOf(killed: Pod, pod: Pod): boolean {
  const { kind } = controllerOf(killed) ?? {};
  const { nodeName } = killed.spec ?? {};
  if (kind === "StatefulSet") return pod.metadata.name === killed.metadata.name;
  if (kind === "DaemonSet") return !nodeName || pod.spec?.nodeName === nodeName;
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
    .filter((pod) => controllerOf(pod)?.uid === known.controller && isReady(pod) && isNew(pod))
    .sort((one, other) => (created(one) < created(other) ? -1 : 1));
}
