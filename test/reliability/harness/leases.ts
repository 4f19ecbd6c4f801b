import type { ResourceType } from "../../../kubernetes/resources.ts";

export const leases: ResourceType = {
  ...{ apiVersion: "coordination.k8s.io/v1", kind: "Lease", plural: "leases", namespaced: true },
};
