/** A kind cluster's name: it becomes part of the names of containers and hosts. */
export function isClusterName(name: string): boolean {
  return /^[a-z0-9]([a-z0-9.-]{0,48}[a-z0-9])?$/.test(name);
}

/**
 * The configuration of a cluster with one control plane and that many workers.
 * https://kind.sigs.k8s.io/docs/user/configuration/
 */
export function kindConfig(workers: number): string {
  const nodes = ["control-plane", ...Array<string>(workers).fill("worker")];
  return [
    "kind: Cluster",
    "apiVersion: kind.x-k8s.io/v1alpha4",
    "nodes:",
    ...nodes.map((role) => `  - role: ${role}`),
    "",
  ].join("\n");
}
