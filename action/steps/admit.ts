import {
  enableCommands,
  enableNamespace,
  enableNodes,
  enableNodesCommands,
  hasEnabledNode,
  namespacesNotEnabled,
  rolesOfCluster,
  workers,
} from "../../client/enable.ts";
import { checkActions } from "../../client/submit.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import { connected, type Run, type Step } from "../context.ts";

/** Sees that the actions' namespaces take part, and has the API server check every action before the first is created. */
export const admit: Step = {
  name: "admit",
  title: "Admit",
  skip: ({ manifests, state }) =>
    manifests.length + state.get().roles.length === 0 ? "there are no actions" : undefined,
  run: async (run) => {
    const { client, isMade } = connected(run);
    const namespaces = new Set([run.inputs.namespace, ...namespacesOf(run)]);
    if (isMade) {
      for (const namespace of namespaces) {
        await enableNamespace(client, { namespace, roles: run.state.get().roles });
        run.workflow.say(`The namespace ${namespace} takes part`);
      }
      await enableWorkers(run);
    } else {
      await refuseWhereNotEnabled(run);
    }
    await checkActions(client, run.manifests);
    if (run.manifests.length > 0) {
      run.workflow.say(`The API server accepts all ${run.manifests.length} actions`);
    }
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

/** A cluster that was given is its owner's: they decide which namespaces and nodes take part. */
async function refuseWhereNotEnabled(run: Run): Promise<void> {
  const { client } = connected(run);
  const refused = await namespacesNotEnabled(client, namespacesOf(run));
  const roles = await rolesOfClusterUsed(run);
  const lacksNodes = roles.length > 0 && !(await hasEnabledNode(client));
  if (refused.length === 0 && !lacksNodes) return;
  const commands = refused.map(({ name, exists }) => {
    const roles = run.manifests
      .filter(({ action }) => action.metadata.namespace === name)
      .map(({ action }) => action.spec.role);
    const create = exists ? [] : [`kubectl create namespace ${name}`];
    return [...create, enableCommands(name, [...new Set(roles)])].join("\n");
  });
  const names = refused.map(({ name, exists }) =>
    exists ? name : `${name} (which does not exist)`,
  );
  if (lacksNodes) names.push("any node");
  if (roles.length > 0) commands.push(enableNodesCommands(roles));
  throw new Error(
    `No faults are allowed in ${names.join(", ")} of this cluster. If they are yours, enable them with:\n${commands.join("\n")}`,
  );
}

/** Those of the actions' roles that need rights beyond namespaces; what is not there, or not for us to see, is the operator's to refuse. */
async function rolesOfClusterUsed({ manifests, cluster }: Run): Promise<string[]> {
  const names = new Set(manifests.map(({ action }) => action.spec.role));
  const found = await Promise.all(
    [...names].map(async (name) => {
      try {
        return cluster ? await rolesOfCluster(cluster.client, [name]) : [];
      } catch (error) {
        if (hasReason(error, "NotFound") || hasReason(error, "Forbidden")) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}

function namespacesOf({ manifests }: Run): string[] {
  return manifests.map(({ action }) => action.metadata.namespace ?? "default");
}
