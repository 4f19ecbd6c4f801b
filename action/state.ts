import type { Workflow } from "./workflow.ts";

/** A cluster that this run makes or has made, as the post step needs to know it. */
export interface MadeCluster {
  name: string;
  kubeconfig: string;
  kindPath: string;
}

/** Says that main has begun, so that the same program knows in its second run that it is the post step. */
export function saveMainBegan(workflow: Workflow): void {
  workflow.save("main-began", "true");
}

/** Writes down what the post step must remove; `undefined` takes it back. */
export function saveMadeCluster(workflow: Workflow, cluster: MadeCluster | undefined): void {
  workflow.save("made-cluster", cluster ? JSON.stringify(cluster) : "");
}

/** What main saved, or undefined if this is main itself. A runner hands state back as STATE_ and the name. */
export function savedState(
  environment: Readonly<Record<string, string | undefined>>,
): { madeCluster: MadeCluster | undefined } | undefined {
  if (!environment["STATE_main-began"]) return undefined;
  const saved = environment["STATE_made-cluster"];
  return { madeCluster: saved ? (JSON.parse(saved) as MadeCluster) : undefined };
}
