import type { PystolAction } from "../kubernetes/resources.ts";
import type { Job, Pod } from "./workloads.ts";

/** What is kept of an action in memory: all of it while it goes on, and of a finished one only what its deletion needs. */
export function trimmedAction(action: PystolAction): PystolAction {
  const { status } = action;
  if (!status?.verdict) return action;
  const { extraVars: _, target: __, ...spec } = action.spec;
  const { targets: ___, results: ____, ...kept } = status;
  return { ...action, spec, status: kept };
}

/** A Job is never read beyond its metadata and status. */
export function trimmedJob(job: Job): Job {
  const { template: _, podFailurePolicy: __, ...spec } = job.spec;
  return { ...job, spec: { ...spec, template: undefined, podFailurePolicy: undefined } };
}

/** Of a pod's spec only its node is read. */
export function trimmedPod(pod: Pod): Pod {
  const nodeName = pod.spec?.nodeName;
  return { ...pod, spec: nodeName ? { nodeName } : {} };
}
