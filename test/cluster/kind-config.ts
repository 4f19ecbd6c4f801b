import { stringify } from "yaml";

/** Where a node of ours has the mount that says so. */
export const MARK = "/kind/made-by-pystol";

/**
 * The configuration of a kind cluster: one control plane and so many workers. Every node mounts
 * `mark`, a folder of ours, by which the cluster is known as ours from its first moment.
 * https://kind.sigs.k8s.io/docs/user/configuration/
 */
export function kindConfig(options: {
  readonly workers: number;
  readonly cgroupVersion: 1 | 2;
  readonly mark: string;
}): string {
  const node = (role: "control-plane" | "worker") => ({
    role,
    extraMounts: [{ hostPath: options.mark, containerPath: MARK, readOnly: true }],
  });
  const workers = Array.from({ length: options.workers }, () => node("worker"));
  // From 1.35 on the kubelet does not start on cgroup v1 unless told that it may.
  const kubelet = stringify({ kind: "KubeletConfiguration", failCgroupV1: false });
  return stringify({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    nodes: [node("control-plane"), ...workers],
    ...(options.cgroupVersion === 1 ? { kubeadmConfigPatches: [kubelet] } : {}),
  });
}

/**
 * Whether containers are a cluster of ours, from `inspect --format '{{json .Mounts}}'`, a line for
 * each: all of them mount `mark`.
 */
export function isOurs(inspected: string, mark: string): boolean {
  const lines = inspected.split("\n").filter((line) => line.trim() !== "");
  return lines.every((line) => {
    const mounts = JSON.parse(line) as { Source?: string; Destination?: string }[];
    return mounts.some(({ Source, Destination }) => Destination === MARK && Source === mark);
  });
}
