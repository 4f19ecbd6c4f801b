import { enableNamespace, enableNodes, rolesOfCluster, workers } from "../../client/enable.ts";
import { connected, type Run, type Step } from "../context.ts";
import { namespacesOf } from "../namespaces-of.ts";

/** Lets faults act in a cluster that this job made: in its namespaces, which are made, and on its workers. */
export const enable: Step = {
  name: "enable",
  title: "Enable",
  skip: ({ cluster, state }) => {
    if (!cluster?.isMade) return "the cluster is its owner's";
    return state.get().roles.length === 0 ? "there are no roles" : undefined;
  },
  run: async (run) => {
    const { client } = connected(run);
    const { roles } = run.state.get();
    for (const namespace of new Set([run.inputs.namespace, ...namespacesOf(run)])) {
      await enableNamespace(client, { namespace, roles });
      run.workflow.say(`The namespace ${namespace} takes part`);
    }
    await enableWorkers(run);
  },
};

/** Where roles of the cluster are deployed, its workers take part; the control plane never does. */
async function enableWorkers(run: Run): Promise<void> {
  const { client } = connected(run);
  const roles = await rolesOfCluster(client, run.state.get().roles);
  if (roles.length === 0) return;
  const nodes = await workers(client);
  await enableNodes(client, { nodes, roles });
  for (const node of nodes) run.workflow.say(`The node ${node} takes part`);
}
