import type { Client } from "../../../kubernetes/client.ts";
import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";

type Lease = Resource & { spec?: { holderIdentity?: string } };

export const leases: ResourceType<Lease> = {
  ...{ apiVersion: "coordination.k8s.io/v1", kind: "Lease", plural: "leases", namespaced: true },
};

/** Who leads the operators, as their Lease says. */
export async function leaderOf(client: Client): Promise<string | undefined> {
  const lease = await client.get(leases, { namespace: "pystol-system", name: "pystol-operator" });
  return lease.spec?.holderIdentity;
}
