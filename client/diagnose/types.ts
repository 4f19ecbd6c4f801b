import {
  NODES_NAMESPACE,
  pystolActions,
  pystolRoles,
  pystolRuns,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
  SYSTEM_NAMESPACE,
} from "../../kubernetes/resources.ts";
import type { Secret } from "./secret-values.ts";

export const PYSTOL_NAMESPACES: readonly string[] = [
  SYSTEM_NAMESPACE,
  RUNS_NAMESPACE,
  NODES_NAMESPACE,
];

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: {
    reason?: string;
    exitCode: number;
    signal?: number;
    message?: string;
    startedAt?: string;
    finishedAt?: string;
  };
}

export interface ContainerStatus {
  name: string;
  image?: string;
  ready: boolean;
  restartCount: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

interface StatusCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** What diagnostics read of a core/v1 Pod. */
export interface Pod extends Resource {
  spec: { nodeName?: string; containers: { name: string }[]; initContainers?: { name: string }[] };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: StatusCondition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

/** Of any object that has conditions. */
export interface Conditioned extends Resource {
  spec?: { replicas?: number };
  status?: {
    conditions?: StatusCondition[];
    availableReplicas?: number;
    verdict?: string;
    message?: string;
  };
}

/** What diagnostics read of a core/v1 Event. */
export interface Event extends Resource {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { count?: number; lastObservedTime?: string };
  involvedObject: { kind?: string; namespace?: string; name?: string; uid?: string };
}

function typed<T extends Resource = Resource>(
  apiVersion: string,
  kind: string,
  namespaced = true,
): ResourceType<T> {
  return { apiVersion, kind, plural: `${kind.toLowerCase()}s`, namespaced };
}

export const secrets = typed<Secret>("v1", "Secret");
export const pods = typed<Pod>("v1", "Pod");
export const events = typed<Event>("v1", "Event");

/** Of the cluster as a whole. Secrets are nowhere here. */
export const CLUSTER_TYPES: readonly ResourceType[] = [
  typed("v1", "Node", false),
  typed("v1", "Namespace", false),
  typed("v1", "PersistentVolume", false),
  pystolRoles,
];

export const NAMESPACE_TYPES: readonly ResourceType[] = [
  pods,
  typed("apps/v1", "Deployment"),
  typed("apps/v1", "DaemonSet"),
  typed("apps/v1", "ReplicaSet"),
  typed("apps/v1", "StatefulSet"),
  typed("batch/v1", "Job"),
  typed("v1", "Service"),
  typed("v1", "ConfigMap"),
  typed("v1", "PersistentVolumeClaim"),
  { ...typed("discovery.k8s.io/v1", "EndpointSlice") },
  { ...typed("networking.k8s.io/v1", "NetworkPolicy"), plural: "networkpolicies" },
  typed("policy/v1", "PodDisruptionBudget"),
  typed("coordination.k8s.io/v1", "Lease"),
  pystolActions,
  pystolRuns,
];
