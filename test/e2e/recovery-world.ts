import { hasReason } from "../../kubernetes/errors.ts";
import {
  NODES_NAMESPACE,
  namespaces,
  type PystolAction,
  pystolRuns,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
} from "../../kubernetes/resources.ts";
import { leases } from "../../operator/locks.ts";
import { type Job, jobs, type Pod, pods } from "../../operator/workloads.ts";
import { cacheDirOf } from "../cluster/cache.ts";
import { ensureTools, type Tools } from "../cluster/tools.ts";
import { eventually } from "../support/pystol-control-plane.ts";
import { type Deployment, deployments, type FaultWorld, faultWorld } from "./fault-world.ts";
import { specHistory } from "./spec-history.ts";

/** A fault that is held on a Deployment of its own, and what the Deployment was before. */
interface Held {
  action: PystolAction;
  before: Deployment;
  pod: Pod;
  job: Job;
}

/** The cluster of `npm start` with Deployments that are patched, whose runs then come to harm. */
export interface RecoveryWorld extends FaultWorld {
  tools: Tools;
  /** Takes away all pods of a new Deployment by a patch, and returns once the fault is held. */
  hold(name: string, more?: { role?: string; podSpec?: object }): Promise<Held>;
  /** The runner's pod, once there is one. */
  runnerPod(action: PystolAction): Promise<Pod>;
  /** Resolves once the Deployment has been changed twice and is what it was: injected once, undone once. */
  restored(held: Pick<Held, "before">): Promise<void>;
  /** Resolves once nothing of an action locks a target, acts on a node or keeps a pod from being deleted. */
  released(action: PystolAction): Promise<void>;
  /** Deletes the action and, in the place of their time to live, its Jobs; resolves when nothing is left of it. */
  clear(action: PystolAction): Promise<void>;
}

export async function recoveryWorld(kubeconfig: string, namespace: string): Promise<RecoveryWorld> {
  const progress = (text: string) => console.log(`e2e: ${text}`);
  const where = { cacheDir: cacheDirOf(process.env), mayInstall: false, progress };
  const tools = await ensureTools(where);
  const world = await faultWorld({ kubeconfig, namespace, role: "patch" });
  const { client } = world;
  const history = await specHistory(client, namespace);
  const ofAction = async <T extends Resource>(
    type: ResourceType<T>,
    { metadata }: PystolAction,
    place = RUNS_NAMESPACE,
  ): Promise<T[]> => {
    const query = { labelSelector: `pystol.org/action-uid=${metadata.uid}` };
    return (await client.list(type, { namespace: place, query })).items;
  };
  const runnerPod = (action: PystolAction) =>
    eventually(async () => {
      const [pod] = (await ofAction(pods, action)).filter(({ metadata }) => !isRecovery(metadata));
      if (!pod) throw new Error(`${action.metadata.name} has no pod yet`);
      return pod;
    }, 60_000);
  const leftovers = async (action: PystolAction) => {
    const found = await Promise.all([
      ofAction(leases, action),
      ofAction(pods, action, NODES_NAMESPACE),
      ofAction(pods, action).then((all) => all.filter(({ metadata }) => metadata.finalizers)),
    ]);
    return found.flat().map(({ metadata }) => metadata.name);
  };
  return {
    ...world,
    ...{ tools, runnerPod },
    [Symbol.asyncDispose]: async () => {
      history[Symbol.dispose]();
      await world[Symbol.asyncDispose]();
    },
    released: (action) =>
      eventually(async () => {
        const left = await leftovers(action);
        if (left.length > 0) throw new Error(`Left of ${action.metadata.name}: ${left}`);
      }),
    hold: async (name, { role = "patch", podSpec } = {}) => {
      const before = await world.makeDeployment(name, 1, podSpec);
      const target = { names: [name] };
      const extraVars = { patch: { spec: { replicas: 0 } } };
      const spec = { role, target, extraVars, duration: "280s", timeout: "10m" };
      const action = await world.submit(name, spec);
      await world.phase(action, "Injected");
      await eventually(async () => {
        const found = await world.podsOf(name);
        if (found.length > 0) throw new Error(`${name} still has pods`);
      }, 60_000);
      const pod = await runnerPod(action);
      const [job] = await ofAction(jobs, action);
      if (!job) throw new Error(`${name} has no Job`);
      return { action, before, pod, job };
    },
    restored: ({ before }) =>
      eventually(async () => {
        const after = await client.get(deployments, before.metadata);
        const was = JSON.stringify(before.spec);
        const specs = history.of(before);
        const isOnce = specs.length === 3 && specs[0] === was && specs[2] === was;
        if (!isOnce || JSON.stringify(after.spec) !== was)
          throw new Error(`${before.metadata.name} had these specs: ${specs.join(", then ")}`);
      }, 60_000),
    clear: async (action) => {
      await world.remove(action);
      for (const { metadata } of await ofAction(jobs, action))
        await client.delete(jobs, metadata, { propagationPolicy: "Background" });
      await eventually(async () => {
        const left = [
          ...(await leftovers(action)),
          ...(await ofAction(pods, action)).map(({ metadata }) => metadata.name),
          ...(await ofAction(pystolRuns, action)).map(({ metadata }) => metadata.name),
        ];
        if (left.length > 0) throw new Error(`Left of ${action.metadata.name}: ${left}`);
      }, 120_000);
    },
  };
}

/** Whether a Job or pod is that of a recovery attempt. */
export function isRecovery({ name }: { name: string }): boolean {
  return /^pa-[0-9a-f-]{36}-r\d{1,3}(-|$)/.test(name);
}

/** Resolves once the namespace is really gone. */
export async function namespaceGone(
  { client }: FaultWorld,
  name: string,
  withinMs: number,
): Promise<void> {
  await eventually(async () => {
    const found = await client.get(namespaces, { name }).catch((error) => {
      if (!hasReason(error, "NotFound")) throw error;
    });
    if (found) throw new Error(`${name} is still there: ${JSON.stringify(found)}`);
  }, withinMs);
}
