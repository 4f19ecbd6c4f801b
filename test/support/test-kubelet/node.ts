import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../../../kubernetes/client.ts";
import { hasReason } from "../../../kubernetes/errors.ts";
import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";

const nodes: ResourceType = { apiVersion: "v1", kind: "Node", plural: "nodes", namespaced: false };
const leases: ResourceType = {
  ...{ apiVersion: "coordination.k8s.io/v1", kind: "Lease", plural: "leases", namespaced: true },
};
const LEASE_NAMESPACE = "kube-node-lease";
const HEARTBEAT_MS = 10_000; // a kubelet renews its Lease every 10 s: https://kubernetes.io/docs/concepts/architecture/nodes/#node-heartbeats

/** A node that says that it is ready, for as long as it is not disposed of; then it falls silent, and its object stays. */
export async function keepNode(client: Client, name: string): Promise<AsyncDisposable> {
  const now = new Date().toISOString();
  const node = {
    ...{ apiVersion: "v1", kind: "Node" },
    metadata: { name, labels: { "kubernetes.io/hostname": name, "pystol.org/enabled": "true" } },
  } as Resource;
  await client.create(nodes, node).catch((error) => {
    if (!hasReason(error, "AlreadyExists")) throw error;
  });
  const ready = {
    ...{ type: "Ready", status: "True", reason: "KubeletReady" },
    ...{ lastHeartbeatTime: now, lastTransitionTime: now },
  };
  await client.mergePatch(
    nodes,
    { name, subresource: "status" },
    { status: { conditions: [ready], capacity: { pods: "110" }, allocatable: { pods: "110" } } },
  );
  const end = new AbortController();
  const beating = (async () => {
    while (!end.signal.aborted) {
      // A heartbeat that is lost is followed by another.
      await beat(client, name).catch(() => undefined);
      await delay(HEARTBEAT_MS, undefined, { signal: end.signal }).catch(() => undefined);
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await beating;
    },
  };
}

async function beat(client: Client, name: string): Promise<void> {
  const lease = {
    ...{ apiVersion: leases.apiVersion, kind: leases.kind },
    metadata: { name, namespace: LEASE_NAMESPACE },
    spec: {
      ...{ holderIdentity: name, leaseDurationSeconds: 40 },
      renewTime: new Date().toISOString().replace("Z", "000Z"), // metav1.MicroTime
    },
  } as Resource;
  await client.apply(leases, lease, { fieldManager: "kubelet" });
}

/** Takes the node away, as the controller of a cloud does with a machine that is no more. */
export async function removeNode(client: Client, name: string): Promise<void> {
  await client.delete(nodes, { name });
}
