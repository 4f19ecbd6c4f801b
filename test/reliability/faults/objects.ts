import type { Client } from "../../../kubernetes/client.ts";
import { pathOf, type ResourceType, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { jobs, pods } from "../../../operator/workloads.ts";
import type { PystolControlPlane } from "../../support/pystol-control-plane.ts";
import type { KubeletPod } from "../../support/test-kubelet/pod-life.ts";
import { runOf } from "../harness/proof-world.ts";
import type { Fault } from "./fault.ts";

/** Where the role is at work: its first effect is about to come. */
const AT_WORK = "playStarted";
/** Pods with all that is in them. */
const whole: ResourceType<KubeletPod> = {
  ...{ apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true },
};
const LOST = { mayLoseRunner: true, reports: ["Passed", "Aborted", "Error"] };

/** What people, nodes and other controllers do to what a run is made of. */
export const objectFaults = (role: "plain" | "phased"): Fault[] => [
  {
    name: `the Job of a ${role} role is deleted by hand`,
    action: { role, ...LOST },
    whenTold: {
      event: AT_WORK,
      act: ({ world: { client } }, pod) =>
        client.delete(
          jobs,
          { namespace: RUNS_NAMESPACE, name: runOf(pod) },
          { propagationPolicy: "Background" },
        ),
    },
  },
  {
    name: `the pod of a ${role} role is deleted by hand`,
    action: { role, ...LOST },
    whenTold: {
      event: AT_WORK,
      act: ({ world: { client } }, name) =>
        client.delete(pods, { namespace: RUNS_NAMESPACE, name }),
    },
  },
  {
    name: `the pod of a ${role} role is deleted by force, while it still runs`,
    action: { role, ...LOST, isForced: true },
    whenTold: {
      event: AT_WORK,
      act: ({ world: { client } }, name) =>
        client.delete(pods, { namespace: RUNS_NAMESPACE, name }, { gracePeriodSeconds: 0 }),
    },
  },
  {
    name: `the pod of a ${role} role is evicted by a drain`,
    action: { role, ...LOST },
    whenTold: { event: AT_WORK, act: ({ world: { client } }, name) => evict(client, name) },
  },
  {
    name: `the pod of a ${role} role is evicted by its node, which is short of memory`,
    action: { role, ...LOST },
    whenTold: {
      event: AT_WORK,
      act: async ({ kubelet }, name) => {
        const life = kubelet.lifeOf(name);
        if (life) await kubelet.evictForPressure(life);
      },
    },
  },
  {
    name: `the runner of a ${role} role runs out of memory`,
    action: { role, ...LOST },
    whenTold: {
      event: AT_WORK,
      act: async ({ kubelet }, name) => kubelet.lifeOf(name)?.kill("OOMKilled"),
    },
  },
  {
    name: `Kubernetes starts a second pod of a ${role} role beside the first`,
    action: { role, mayOverlap: true },
    whenTold: { event: "claimed", act: ({ world }, name) => startTwin(world, name) },
  },
  {
    name: `the operator is down from the start of the runner of a ${role} role to its end`,
    action: { role },
    whenTold: {
      event: "claimed",
      act: async ({ keeper, kubelet }, name) => {
        const isUp = keeper.hold();
        await kubelet.lifeOf(name)?.ended;
        isUp();
      },
    },
  },
];

/** What a phased role alone does: it holds its fault. */
export const holdingFaults = (): Fault[] => [
  {
    name: "the Job of a phased role is deleted by hand while its fault is held",
    action: { role: "phased", ...LOST, spec: { duration: "5s" } },
    whenTold: {
      event: "holding",
      act: ({ world: { client } }, pod) =>
        client.delete(
          jobs,
          { namespace: RUNS_NAMESPACE, name: runOf(pod) },
          { propagationPolicy: "Background" },
        ),
    },
  },
];

/**
 * The same pod once more, and not counted by its Job. That one program may start twice is what Job's documentation says:
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/#handling-pod-and-container-failures
 */
async function startTwin(world: PystolControlPlane, name: string): Promise<void> {
  const client = await world.clientOf({ namespace: "kube-system", name: "job-controller" });
  const { metadata, spec } = await world.client.get(whole, {
    ...{ namespace: RUNS_NAMESPACE, name },
  });
  const { nodeName: _, ...rest } = spec;
  const isJobs = ([key]: [string, string]) => /job-name|controller-uid/.test(key);
  await client.create(whole, {
    ...{ apiVersion: whole.apiVersion, kind: whole.kind, spec: rest },
    metadata: {
      name: `${runOf(name)}-twin`,
      namespace: RUNS_NAMESPACE,
      labels: Object.fromEntries(
        Object.entries(metadata.labels ?? {}).filter((label) => !isJobs(label)),
      ),
      finalizers: metadata.finalizers ?? [],
      ownerReferences: (metadata.ownerReferences ?? []).map((one) => ({
        ...one,
        controller: false,
      })),
    },
  } as KubeletPod);
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
async function evict(client: Client, name: string): Promise<void> {
  await client.request({
    method: "POST",
    path: pathOf(pods, { namespace: RUNS_NAMESPACE, name, subresource: "eviction" }),
    body: {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name, namespace: RUNS_NAMESPACE },
    },
  });
}
