import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";

/** The parts of a Pod that matter to some module. */
export interface Pod extends Resource {
  spec?: {
    terminationGracePeriodSeconds?: number;
    nodeName?: string;
    volumes?: { name: string; emptyDir?: object }[];
    tolerations?: { key?: string; operator?: string; effect?: string }[];
  };
  status?: { phase?: string; conditions?: { type: string; status: string }[] };
}

export const pods: ResourceType<Pod> = {
  apiVersion: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
};

/** What manages the pod: https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/ */
export function controllerOf(pod: Pod): { kind: string; name: string; uid: string } | undefined {
  return pod.metadata.ownerReferences?.find(({ controller }) => controller);
}
