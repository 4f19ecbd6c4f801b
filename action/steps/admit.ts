import {
  enableCommands,
  enableNodesCommands,
  hasEnabledNode,
  namespacesNotEnabled,
  rolesOfCluster,
} from "../../client/enable.ts";
import { checkActions } from "../../client/submit.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import { connected, type Run, type Step } from "../context.ts";
import { namespacesOf } from "../namespaces-of.ts";

/** Sees that the actions' namespaces take part, and has the API server check every action before the first is created. */
export const admit: Step = {
  name: "admit",
  title: "Admit",
  skip: ({ manifests }) => (manifests.length === 0 ? "there are no actions" : undefined),
  run: async (run) => {
    const { client, isMade } = connected(run);
    if (!isMade) await refuseWhereNotEnabled(run);
    await checkActions(client, run.manifests);
    run.workflow.say(`The API server accepts all ${run.manifests.length} actions`);
  },
};

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
