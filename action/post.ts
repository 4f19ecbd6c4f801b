import { deleteKindCluster } from "../client/kind/delete.ts";
import { messageOf } from "./report.ts";
import type { MadeCluster } from "./state.ts";
import type { Workflow } from "./workflow.ts";

/**
 * The action's post phase, which runs whatever became of main: removes the cluster that main made, and no other. That it fails
 * is a warning: the job's own result stands.
 */
export async function post(options: {
  madeCluster: MadeCluster | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  workflow: Workflow;
}): Promise<void> {
  const { madeCluster: made, environment, workflow } = options;
  if (!made) {
    workflow.say("Nothing to remove: this run made no cluster.");
    return;
  }
  if (environment.INPUT_CLEANUP?.trim() === "never") {
    workflow.say(`The cluster ${made.name} stays, as the input "cleanup" asks.`);
    return;
  }
  try {
    const program = { path: made.kindPath, environment };
    await deleteKindCluster({ program, name: made.name, kubeconfig: made.kubeconfig });
    workflow.say(`Removed the cluster ${made.name}.`);
  } catch (error) {
    workflow.warn(`The cluster ${made.name} could not be removed: ${messageOf(error)}`);
  }
}
