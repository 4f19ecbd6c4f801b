import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Resource } from "../../kubernetes/resources.ts";
import { kubeconfigText } from "../cluster/kubeconfig.ts";
import {
  objectsOf,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../support/pystol-control-plane.ts";
import { flowSchemas } from "./api-requests.ts";

/** The namespace of the actions, which is enabled for faults. */
export const NAMESPACE = "bench";

/** The account that every competitor works under: the guards admit no other, and cost each the same. */
export const ACCOUNT = { namespace: "pystol-system", name: "pystol-operator" };

/** How to reach an API server as somebody. */
export interface Access {
  server: string;
  ca: string;
  token: string;
}

/** A bare control plane with Pystol's guards, the role killpods and an enabled namespace, fresh for one measurement. */
export interface BenchWorld extends AsyncDisposable {
  pystol: PystolControlPlane;
  /** For files of this measurement. */
  folder: string;
  admin: Access;
  operator: Access;
  /** The file of a kubeconfig of the operator's account. */
  kubeconfig: string;
}

export async function startBenchWorld(): Promise<BenchWorld> {
  const pystol = await startPystolControlPlane();
  const folder = await mkdtemp(join(tmpdir(), "pystol-bench-"));
  for (const object of [...(await fixtures()), ...flowSchemas(ACCOUNT)]) {
    const type =
      object.kind === "FlowSchema" ? { ...typeOf(object), namespaced: false } : typeOf(object);
    await pystol.client.apply(type, object, { fieldManager: "bench" });
  }
  const { server, ca, adminToken } = pystol.controlPlane;
  const operator = { server, ca, token: await pystol.tokenOf(ACCOUNT) };
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigText({ ...operator, user: "operator" }), { mode: 0o600 });
  return {
    ...{ pystol, folder, operator, kubeconfig },
    admin: { server, ca, token: adminToken },
    [Symbol.asyncDispose]: async () => {
      await pystol[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function fixtures(): Promise<Resource[]> {
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: NAMESPACE, labels: { "pystol.org/enabled": "true" } },
    },
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "pystol-role-killpods", namespace: "pystol-runs" },
    },
    ...(await objectsOf("collection/pystolroles/killpods.yaml")),
  ];
}

/** An action as the load creates it; its deadlines are far away, because no kubelet starts its pod. */
export function benchAction(name: string) {
  return {
    apiVersion: "pystol.org/v1alpha1",
    kind: "PystolAction",
    metadata: { name, namespace: NAMESPACE },
    spec: {
      role: "killpods",
      target: { selector: { matchLabels: { app: "web" } }, amount: 1 },
      startDeadline: "50m",
      timeout: "50m",
    },
  };
}
