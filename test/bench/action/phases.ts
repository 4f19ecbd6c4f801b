/** How long each part of a run took, in seconds. */
export interface Phases {
  /** Until the cluster can run pods. */
  cluster: number;
  images: number;
  /** Until the operator is available. */
  deploy: number;
  /** From the action's creation to its verdict. */
  action: number;
  /** All of it, from the first process's start to the last one's end, without taking the cluster away. */
  total: number;
}

/** What is neither the cluster's making, nor the images' loading, nor the actions' own runs. */
export function overheadOf({ cluster, images, action, total }: Phases): number {
  return total - cluster - images - action;
}

export interface BenchWorld {
  cluster: string;
  /** A folder for this run alone. */
  folder: string;
  kind: string;
  kubectl: string;
  nodeImage: string;
  archive: string;
  operatorImage: string;
  runnerImage: string;
  /** For kind: which engine. */
  environment: Readonly<Record<string, string | undefined>>;
}

export const NAMESPACE = "shop";
/** What is run: a question to the API server from a pod, which needs no application. */
export const ROLE = "pingtest";
export const MANIFEST = `apiVersion: pystol.org/v1alpha1
kind: PystolAction
metadata: { name: ping-api, namespace: ${NAMESPACE} }
spec:
  role: ${ROLE}
  extraVars:
    targets: [tcp://kubernetes.default.svc.cluster.local:443]
`;
