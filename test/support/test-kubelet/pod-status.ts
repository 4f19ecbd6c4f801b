import type { ContainerSpec } from "./container.ts";

/** How a container stands, as a kubelet says it. */
export type ContainerState =
  | { waiting: { reason: string } }
  | { running: { startedAt: string } }
  | { terminated: Terminated };

export interface Terminated {
  exitCode: number;
  reason: string;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
  containerID?: string;
}

/** What a kubelet says of a container that it never started, when the pod is over. */
export const NEVER_STARTED: Terminated = {
  exitCode: 137,
  reason: "ContainerStatusUnknown",
  message: "The container could not be located when the pod was terminated",
};

export interface Condition {
  type: string;
  status: "True" | "False";
  reason?: string;
  message?: string;
  lastTransitionTime: string;
}

export type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

/** What the status of a pod is made of. */
export interface PodFacts {
  phase: Phase;
  /** The phase that is told yet, where the containers have ended and what is left of the pod has not. */
  toldPhase?: Phase;
  startTime: string;
  now: string;
  containers: readonly { spec: ContainerSpec & { image?: string }; state: ContainerState }[];
  initContainers?: readonly { spec: ContainerSpec & { image?: string }; state: ContainerState }[];
  /** Why the kubelet itself ended the pod. */
  ending?: { reason: string; message: string; disruption?: string };
}

/**
 * The status that a kubelet writes. It tells the end of the containers before that of the pod:
 * https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/status/status_manager.go
 */
export function podStatus(facts: PodFacts): object {
  const { phase, startTime, now, initContainers = [] } = facts;
  const ending = facts.toldPhase ? undefined : facts.ending;
  const isReady = phase === "Running";
  const isOver = phase === "Succeeded" || phase === "Failed";
  const notReady = isOver
    ? { reason: phase === "Succeeded" ? "PodCompleted" : "PodFailed" }
    : { reason: "ContainersNotReady" };
  const condition = (type: string, holds: boolean, why: object = {}): Condition => ({
    ...{ type, status: holds ? "True" : "False", lastTransitionTime: now },
    ...(holds ? {} : why),
  });
  const hasInitialized =
    isReady ||
    phase === "Succeeded" ||
    initContainers.every(({ state }) => "terminated" in state && state.terminated.exitCode === 0);
  const initReason = phase === "Succeeded" ? { reason: "PodCompleted" } : {};
  return {
    phase: facts.toldPhase ?? phase,
    startTime,
    hostIP: "127.0.0.1",
    podIP: "127.0.0.1",
    ...(ending ? { reason: ending.reason, message: ending.message } : {}),
    conditions: [
      condition("PodReadyToStartContainers", !isOver),
      { ...condition("Initialized", hasInitialized), ...initReason },
      condition("Ready", isReady, notReady),
      condition("ContainersReady", isReady, notReady),
      ...(ending?.disruption
        ? [
            {
              ...condition("DisruptionTarget", true),
              reason: ending.disruption,
              message: ending.message,
            },
          ]
        : []),
    ],
    ...(initContainers.length > 0
      ? { initContainerStatuses: initContainers.map((one) => containerStatus(one, true)) }
      : {}),
    containerStatuses: facts.containers.map((one) => containerStatus(one, false)),
  };
}

/** An init container is ready when it has succeeded. */
function containerStatus({ spec, state }: PodFacts["containers"][number], isInit: boolean): object {
  const isRunning = "running" in state;
  const hasSucceeded = "terminated" in state && state.terminated.exitCode === 0;
  return {
    name: spec.name,
    image: spec.image ?? "",
    imageID: spec.image ?? "",
    ready: isInit ? hasSucceeded : isRunning,
    started: isRunning,
    restartCount: 0,
    lastState: {},
    state,
  };
}
