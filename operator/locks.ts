import type { PystolRun, Resource, ResourceType } from "../kubernetes/resources.ts";
import type { Step } from "./reconcile.ts";

/** The part of a coordination.k8s.io/v1 Lease that is read of a lock. */
export interface Lease extends Resource {
  spec?: { holderIdentity?: string };
}

export const leases: ResourceType<Lease> = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};

/** Gives back what a run that is over still holds; what is held by another run stays. */
export function unlocked(run: PystolRun, locks: readonly Lease[]): Step[] {
  return locks
    .filter(({ spec }) => spec?.holderIdentity === run.metadata.name)
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .map((lock) => ({ kind: "deleteLock", lock }));
}
