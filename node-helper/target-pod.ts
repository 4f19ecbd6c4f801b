import type { Resource, ResourceType } from "../kubernetes/resources.ts";

/** The part of a core/v1 Pod that is looked at here. */
export interface Pod extends Resource {
  spec?: { nodeName?: string; hostNetwork?: boolean };
}

export const pods: ResourceType<Pod> = {
  apiVersion: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
};

/** Why the fault must not be applied to what the API server shows under the target's name, or undefined. */
export function podProblem(
  pod: Pod | undefined,
  { target, node }: { target: { namespace: string; name: string; uid: string }; node: string },
): string | undefined {
  const named = `The pod ${target.namespace}/${target.name}`;
  if (!pod) return `${named} does not exist any more.`;
  const { metadata, spec } = pod;
  if (metadata.uid !== target.uid)
    return `${named} has the UID ${metadata.uid}; expected ${target.uid}: it was replaced.`;
  if (metadata.namespace !== target.namespace)
    return `${named} is in the namespace ${metadata.namespace}.`;
  if (spec?.nodeName !== node)
    return `${named} is on the node ${spec?.nodeName ?? "(none)"}; expected ${node}.`;
  if (spec.hostNetwork)
    return `${named} uses its node's network (hostNetwork), which is not partitioned for one pod.`;
  if (metadata.labels?.["app.kubernetes.io/part-of"] === "pystol")
    return `${named} is a part of Pystol.`;
  if (metadata.deletionTimestamp) return `${named} is being deleted.`;
  return undefined;
}
