import type { ConnectedCluster, Run } from "./run.ts";

/** The cluster that the step "cluster" connected to. */
export function connected({ cluster }: Run): ConnectedCluster {
  if (!cluster) throw new Error("There is no cluster: the step that connects to it comes first.");
  return cluster;
}
