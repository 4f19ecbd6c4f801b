import type { Resource, ResourceType } from "../kubernetes/resources.ts";

/** The part of a batch/v1 Job that the operator writes and reads. */
export interface Job extends Resource {
  spec: {
    backoffLimit: number;
    completions: number;
    parallelism: number;
    activeDeadlineSeconds: number;
    podReplacementPolicy: "Failed";
    podFailurePolicy: unknown;
    template: unknown;
  };
  status?: {
    active?: number;
    failed?: number;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
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
