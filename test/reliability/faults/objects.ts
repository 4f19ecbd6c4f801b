import type { Client } from "../../../kubernetes/client.ts";
import { pathOf, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { jobs, pods } from "../../../operator/workloads.ts";
import { runOf } from "../harness/proof-world.ts";
import type { Fault } from "./fault.ts";

/** Where the role is at work: its first effect is about to come. */
const AT_WORK = "playStarted";
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
    action: { role, ...LOST },
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
