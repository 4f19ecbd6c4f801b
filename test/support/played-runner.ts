import { createHash } from "node:crypto";
import type { Report } from "../../crds/types/report.ts";
import { type PystolRun, pathOf, pystolRuns, RUNS_NAMESPACE } from "../../kubernetes/resources.ts";
import { jobs, type Pod, pods, type Terminated } from "../../operator/workloads.ts";
import { eventually, type PystolControlPlane } from "./pystol-control-plane.ts";

export const NONCE = "0123456789abcdef0123456789abcdef";

/** A report as a runner would write it, changed by `some`. */
export function report(some: Partial<Report> = {}): Report {
  const now = new Date().toISOString();
  return {
    schemaVersion: 1,
    nonce: NONCE,
    verdict: "Passed",
    verified: true,
    message: "2 of 2 pods were killed and replaced.",
    startTime: now,
    completionTime: now,
    ...some,
  };
}

/** The run, Job and pod that the operator and the Job controller made for an action, once they are there. */
export async function runOf(
  world: PystolControlPlane,
  uid: string,
): Promise<{ run: PystolRun; pod: Pod }> {
  const name = `pa-${uid}`;
  return eventually(async () => {
    const run = await world.client.get(pystolRuns, { namespace: RUNS_NAMESPACE, name });
    const { items } = await world.client.list(pods, {
      namespace: RUNS_NAMESPACE,
      query: { labelSelector: `pystol.org/action-uid=${uid}` },
    });
    const [pod] = items;
    if (!pod) throw new Error(`run ${name} has no pod yet`);
    return { run, pod };
  });
}

export async function jobsOf(world: PystolControlPlane, uid: string) {
  const { items } = await world.client.list(jobs, {
    namespace: RUNS_NAMESPACE,
    query: { labelSelector: `pystol.org/action-uid=${uid}` },
  });
  return items;
}

/** Claims the run as its pod does: with the token that is bound to the pod. */
export async function claim(world: PystolControlPlane, run: PystolRun, pod: Pod): Promise<void> {
  await writeStatus(world, run, pod, {
    startTime: new Date().toISOString(),
    claim: {
      podName: pod.metadata.name,
      podUID: pod.metadata.uid,
      time: new Date().toISOString(),
      nonceSHA256: createHash("sha256").update(NONCE).digest("hex"),
    },
  });
}

/** Writes the run's status with the token of `pod`. */
export async function writeStatus(
  world: PystolControlPlane,
  run: PystolRun,
  pod: Pod,
  status: unknown,
): Promise<void> {
  const { name, uid } = pod.metadata;
  const { serviceAccountName = "pystol-role-killpods" } = pod.spec as {
    serviceAccountName?: string;
  };
  const account = {
    namespace: RUNS_NAMESPACE,
    name: serviceAccountName,
    pod: { name, uid: uid ?? "" },
  };
  const runner = await world.clientOf(account);
  const place = { namespace: RUNS_NAMESPACE, name: run.metadata.name, subresource: "status" };
  await runner.mergePatch(pystolRuns, place, { status });
}

/** Sets the pod's status as its kubelet would. */
export async function setPodStatus(
  world: PystolControlPlane,
  pod: Pod,
  status: Pod["status"],
): Promise<void> {
  const place = { namespace: RUNS_NAMESPACE, name: pod.metadata.name, subresource: "status" };
  await world.client.mergePatch(pods, place, { status });
}

/** Puts the pod on a node as the scheduler would; the node need not exist. */
export async function bind(world: PystolControlPlane, pod: Pod, node: string): Promise<void> {
  const { name } = pod.metadata;
  await world.client.request({
    method: "POST",
    path: pathOf(pods, { namespace: RUNS_NAMESPACE, name, subresource: "binding" }),
    body: {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name },
      target: { apiVersion: "v1", kind: "Node", name: node },
    },
  });
}

/** The status of a pod whose container ended. */
export function ended(terminated: Terminated): Pod["status"] {
  const phase = terminated.exitCode === 0 ? "Succeeded" : "Failed";
  return {
    phase,
    containerStatuses: [
      {
        name: "runner",
        image: "x",
        imageID: "",
        ready: false,
        restartCount: 0,
        state: {
          terminated: {
            finishedAt: new Date().toISOString().replace(/\.\d+Z/, "Z"),
            ...terminated,
          },
        },
      } as never,
    ],
  };
}
