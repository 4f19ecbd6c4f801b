import type { Resource } from "../../kubernetes/resources.ts";

export interface Deployment extends Resource {
  spec: {
    replicas?: number;
    selector: { matchLabels: Record<string, string> };
    template: { spec: { containers: { image: string }[] } };
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
  };
}

interface ContainerState {
  waiting?: { reason?: string; message?: string };
  terminated?: { reason?: string; exitCode: number; message?: string };
  running?: object;
}

export interface Pod extends Resource {
  spec: { containers: { image: string }[] };
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; message?: string }[];
    containerStatuses?: {
      name: string;
      ready: boolean;
      restartCount: number;
      state?: ContainerState;
      lastState?: ContainerState;
    }[];
  };
}

/** Reasons for which a container waits and that waiting does not cure: pkg/kubelet/images/types.go and kuberuntime in Kubernetes. */
const HOPELESS = new Set([
  "CrashLoopBackOff",
  "CreateContainerConfigError",
  "CreateContainerError",
  "ErrImageNeverPull",
  "ErrImagePull",
  "ImageInspectError",
  "ImagePullBackOff",
  "InvalidImageName",
  "RunContainerError",
]);

/** Whether a Deployment's newest pods are all available and its older ones gone, as `kubectl rollout status` sees it. */
export function isRolledOut({ metadata, spec, status = {} }: Deployment): boolean {
  const wanted = spec.replicas ?? 1;
  return (
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    status.updatedReplicas === wanted &&
    status.replicas === wanted &&
    status.availableReplicas === wanted
  );
}

/** Why a pod will never be ready by waiting, if so. */
export function trouble(
  pod: Pod,
): { pod: Pod; container: string; reason: string; hasRun: boolean } | undefined {
  for (const container of pod.status?.containerStatuses ?? []) {
    const waiting = container.state?.waiting;
    if (!waiting?.reason || !HOPELESS.has(waiting.reason)) continue;
    const ended = container.lastState?.terminated;
    const exit = ended
      ? `, exit code ${ended.exitCode} after ${container.restartCount} restarts`
      : "";
    const said = waiting.message ? ` (${waiting.message})` : "";
    const reason = `${waiting.reason}${said}${exit}`;
    return { pod, container: container.name, reason, hasRun: ended !== undefined };
  }
  return undefined;
}

/** What the pods wait for, in words. */
export function stateOfPods(pods: readonly Pod[]): string {
  if (pods.length === 0) return "it has no pod yet";
  return pods.map((pod) => `pod ${pod.metadata.name} ${stateOfPod(pod)}`).join("; ");
}

function stateOfPod({ status }: Pod): string {
  const unscheduled = status?.conditions?.find(
    ({ type, status }) => type === "PodScheduled" && status === "False",
  );
  if (unscheduled) return `is not scheduled: ${unscheduled.message ?? "no reason given"}`;
  const unready = status?.containerStatuses?.find(({ ready }) => !ready);
  if (unready?.state?.running) return `runs, but ${unready.name} is not ready`;
  return `is ${unready?.state?.waiting?.reason ?? status?.phase ?? "Pending"}`;
}
