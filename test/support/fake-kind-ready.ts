import type { Client } from "../../kubernetes/client.ts";
import { pathOf, type Resource } from "../../kubernetes/resources.ts";
import { typeOf } from "./pystol-control-plane.ts";

/** Gives a control plane what makes a cluster ready: a Ready node, and a CoreDNS that is available. */
export async function playReady(client: Client): Promise<AsyncDisposable> {
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node" } };
  const labels = { app: "dns" };
  const coredns = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "coredns", namespace: "kube-system" },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "dns", image: "dns" }] } },
    },
  } as Resource;
  await client.create({ ...typeOf(node), namespaced: false }, node);
  await client.mergePatch(
    { ...typeOf(node), namespaced: false },
    { name: "node", subresource: "status" },
    { status: { conditions: [{ type: "Ready", status: "True" }] } },
  );
  await client.create(typeOf(coredns), coredns);
  return {
    [Symbol.asyncDispose]: async () => {
      await client.request({ method: "DELETE", path: "/api/v1/nodes/node" });
      await client.request({
        method: "DELETE",
        path: pathOf(typeOf(coredns), coredns.metadata as { namespace: string; name: string }),
      });
    },
  };
}
