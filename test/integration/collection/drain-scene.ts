import { randomUUID } from "node:crypto";
import { nodes } from "../../../collection/modules/drainnodes/nodes.ts";
import { type Pod, pods } from "../../../collection/modules/pods/pod.ts";
import type { Client } from "../../../kubernetes/client.ts";
import { Reflector } from "../../../kubernetes/reflector.ts";
import { ENABLED_LABEL, pathOf } from "../../../kubernetes/resources.ts";
import { eventually } from "../../support/pystol-control-plane.ts";
import type { Kept, Phase, PhaseOptions, RoleWorld } from "./role-world.ts";

/** What a kubelet does to pods that are ending: they go. Those with the label stays do not. */
export function removeEndingPods(client: Client): AsyncDisposable {
  const end = new AbortController();
  const reflector = new Reflector(client, pods, {
    onChange: (key) => {
      const pod = reflector.get(key);
      if (!pod?.metadata.deletionTimestamp || pod.metadata.labels?.stays) return;
      const { namespace = "", name, uid } = pod.metadata;
      const options = { gracePeriodSeconds: 0, preconditions: { uid } };
      void client.delete(pods, { namespace, name }, options).catch(() => undefined);
    },
  });
  const running = reflector.run(end.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await running;
    },
  };
}

/** A node of its own, and what a run of the role drainnodes on it needs. */
export async function drainScene(
  world: RoleWorld,
  variables: Readonly<Record<string, unknown>> = {},
) {
  const name = `node-${randomUUID().slice(0, 8)}`;
  const labels = { [ENABLED_LABEL]: "true" };
  const { metadata } = await world.apply({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
  });
  const node = { name, uid: metadata.uid ?? "" };
  const kept: Kept = { records: [], evidence: [] };
  const play = (phases: Phase[], options: PhaseOptions = {}) =>
    world.play("drainnodes", phases, kept, {
      ...options,
      variables: {
        pystol_targets: [{ apiVersion: "v1", kind: "Node", ...node }],
        ...variables,
        ...options.variables,
      },
    });
  let count = 0;
  return {
    ...{ kept, node, play },
    read: () => world.client.get(nodes, { name }),
    inject: (options?: PhaseOptions) => play(["inject"], options),
    recover: (options?: PhaseOptions) => play(["recover"], options),
    cordon: (unschedulable: boolean | null) =>
      world.client.mergePatch(nodes, { name }, { spec: { unschedulable } }),
    podsThere: async () => {
      const query = { fieldSelector: `spec.nodeName=${name}` };
      return (await world.client.list(pods, { query })).items
        .map((pod) => pod.metadata.name)
        .sort();
    },
    /** Says what a kubelet would say of a pod that runs; an eviction of one that does not run ignores all budgets. */
    runs: ({ metadata }: Pod) => {
      const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
      return world.client.mergePatch(
        pods,
        { namespace: "shop", name: metadata.name, subresource: "status" },
        { status },
      );
    },
    /** Puts a pod on the node; it has a controller, which does not replace it, unless `of` is "". */
    put: (prefix: string, some: Partial<Pod["metadata"]> & { of?: string; spec?: object } = {}) => {
      const { of = "Widget", spec, ...more } = some;
      const owner = {
        apiVersion: "example.org/v1",
        kind: of,
        name: "owner",
        uid: randomUUID(),
        controller: true,
      };
      return world.client.create(pods, {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: `${prefix}-${name}-${++count}`,
          namespace: "shop",
          ...(of ? { ownerReferences: [owner] } : {}),
          ...more,
        },
        spec: { nodeName: name, containers: [{ name: "a", image: "example.org/a:1" }], ...spec },
      } as Pod);
    },
  };
}

/** A pod's spec as a namespace with the standard "restricted" takes it. */
export const restricted = {
  securityContext: { runAsNonRoot: true, runAsUser: 1, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name: "a",
      image: "example.org/a:1",
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
};

/** A DaemonSet's pod on a node: its controller makes it, and here the test is the scheduler. */
export async function putDaemonPod({ client, apply }: RoleWorld, node: string): Promise<Pod> {
  const app = `agent-${randomUUID().slice(0, 8)}`;
  const chosen = { "example.org/agents": app };
  await client.mergePatch(nodes, { name: node }, { metadata: { labels: chosen } });
  const containers = [{ name: "a", image: "example.org/a:1" }];
  await apply({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: app, namespace: "shop" },
    spec: {
      selector: { matchLabels: { app } },
      template: { metadata: { labels: { app } }, spec: { nodeSelector: chosen, containers } },
    },
  });
  const pod = await eventually(async () => {
    const query = { labelSelector: `app=${app}` };
    const [found] = (await client.list(pods, { namespace: "shop", query })).items;
    if (!found) throw new Error("the DaemonSet has no pod yet");
    return found;
  });
  const place = { namespace: "shop", name: pod.metadata.name };
  await client.request({
    method: "POST",
    path: pathOf(pods, { ...place, subresource: "binding" }),
    body: {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name: place.name },
      target: { apiVersion: "v1", kind: "Node", name: node },
    },
  });
  return pod;
}

/** Lets nobody delete a pod of the namespace until it is released, so that a namespace which ends keeps its pods. */
export async function holdPodsOf({ client, apply }: RoleWorld, namespace: string) {
  const group = "admissionregistration.k8s.io/v1";
  const policy = { apiVersion: group, kind: "ValidatingAdmissionPolicy" };
  const binding = { apiVersion: group, kind: "ValidatingAdmissionPolicyBinding" };
  const metadata = { name: `hold-${namespace}` };
  const rule = { apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] };
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  await apply({
    ...{ ...policy, metadata },
    spec: {
      matchConstraints: {
        namespaceSelector,
        resourceRules: [{ ...rule, operations: ["DELETE"] }],
      },
      validations: [{ expression: "false" }],
    },
  });
  const spec = { policyName: metadata.name, validationActions: ["Deny"] };
  await apply({ ...binding, metadata, spec });
  const type = { ...binding, plural: "validatingadmissionpolicybindings", namespaced: false };
  const dryRun = { kind: "DeleteOptions", apiVersion: "v1", dryRun: ["All"] };
  // A new policy is in force after a moment.
  await eventually(async () => {
    const [pod] = (await client.list(pods, { namespace })).items;
    if (!pod) throw new Error(`${namespace} has no pod`);
    const request = { method: "DELETE", path: pathOf(pods, pod.metadata), body: dryRun } as const;
    const refusal = await client.request(request).then(
      () => undefined,
      (error: Error) => error,
    );
    if (!refusal) throw new Error("the policy is not in force yet");
  });
  return { release: () => client.delete(type, metadata) };
}

/** Until a PodDisruptionBudget has refused an eviction, as the API server counts them. */
export async function evictionRefused(client: Client): Promise<void> {
  await eventually(async () => {
    const metrics = await client.request<string>({ method: "GET", path: "/metrics" });
    const refused = /^apiserver_request_total\{code="429",.*subresource="eviction"/m.test(metrics);
    if (!refused) throw new Error("no eviction was refused yet");
  });
}
