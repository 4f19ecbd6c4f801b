import { microTime } from "../../kubernetes/micro-time.ts";
import type { Resource, ResourceType } from "../../kubernetes/resources.ts";

/** The part of a Lease that elections use: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
export interface Lease extends Resource {
  spec?: {
    /** Who leads; empty after a release. */
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

export const leases: ResourceType<Lease> = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};

/** How long others wait, after they saw it renewed for the last time: client-go's default, as the two periods of Elector are. */
export const LEASE_SECONDS = 15;

/** The Lease as `holder` writes it to lead from now on, or to lead on. With the version of `before` it is a compare-and-set. */
export function heldLease(
  before: Lease | undefined,
  by: { holder: string; namespace: string; name: string },
  nowMs: number,
): Lease {
  const { holder, namespace, name } = by;
  const isRenewal = before?.spec?.holderIdentity === holder;
  const transitions = before?.spec?.leaseTransitions ?? 0;
  const now = microTime(nowMs);
  return {
    apiVersion: leases.apiVersion,
    kind: leases.kind,
    metadata: before?.metadata ?? { namespace, name },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: LEASE_SECONDS,
      acquireTime: (isRenewal && before.spec?.acquireTime) || now,
      renewTime: now,
      leaseTransitions: !before || isRenewal ? transitions : transitions + 1,
    },
  };
}

/** The Lease as its holder leaves it: free at once for whoever reads the holder, and in a second for whoever counts. */
export function releasedLease(held: Lease, nowMs: number): Lease {
  const now = microTime(nowMs);
  return {
    ...held,
    spec: {
      ...held.spec,
      holderIdentity: "",
      leaseDurationSeconds: 1,
      acquireTime: now,
      renewTime: now,
    },
  };
}
