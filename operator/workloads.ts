import type { Resource, ResourceType } from "../kubernetes/resources.ts";

/** The part of a batch/v1 Job that the operator writes and reads. */
export interface Job extends Resource {
  /** It is not kept: operator/trim.ts. */
  spec?: {
    backoffLimit: number;
    completions: number;
    parallelism: number;
    activeDeadlineSeconds: number;
    podReplacementPolicy: "Failed";
    ttlSecondsAfterFinished: number;
    podFailurePolicy: unknown;
    template: unknown;
  };
  status?: {
    active?: number;
    failed?: number;
    conditions?: {
      type: string;
      status: string;
      reason?: string;
      message?: string;
      lastTransitionTime?: string;
    }[];
  };
}

/** The part of a v1 Pod that the operator reads. */
export interface Pod extends Resource {
  spec?: { nodeName?: string };
  status?: {
    phase?: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
    reason?: string;
    message?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

export interface ContainerStatus {
  name: string;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: { startedAt?: string };
    terminated?: Terminated;
  };
}

export interface Terminated {
  exitCode: number;
  signal?: number;
  reason?: string;
  message?: string;
  finishedAt?: string;
}

export const jobs: ResourceType<Job> = {
  apiVersion: "batch/v1",
  kind: "Job",
  plural: "jobs",
  namespaced: true,
};
export const pods: ResourceType<Pod> = {
  apiVersion: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
};

/** Whether nothing of the pod runs any more. */
export function isTerminal(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** Whether nothing of the pod will run any more: it ended, or it was deleted before it had a node. */
export function isOver(pod: Pod): boolean {
  return isTerminal(pod) || Boolean(pod.metadata.deletionTimestamp && !pod.spec?.nodeName);
}

/**
 * The API server takes no token that is bound to a pod whose deletion was due more than a minute ago; the rest is room for
 * clocks that differ and for its cache of tokens.
 * https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/serviceaccount/claims.go
 */
const VOID_MS = 90_000;

/**
 * When the pod can do nothing more through the API server, in ms since the epoch: at once where it is over, some time after
 * its deletion was due where its node does not answer, and never (infinity) where it runs and nobody has deleted it.
 */
export function voidAtMs(pod: Pod): number {
  if (isOver(pod)) return Number.NEGATIVE_INFINITY;
  const due = Date.parse(pod.metadata.deletionTimestamp ?? "");
  return Number.isNaN(due) ? Number.POSITIVE_INFINITY : due + VOID_MS;
}

/** Whether the Job controller has nothing more to do for a Job. */
export function isFinished(job: Job): boolean {
  const ends = ["Complete", "Failed"];
  return (job.status?.conditions ?? []).some(
    ({ type, status }) => ends.includes(type) && status === "True",
  );
}
