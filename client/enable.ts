import type { Client } from "../kubernetes/client.ts";
import { hasReason } from "../kubernetes/errors.ts";
import {
  ENABLED_LABEL,
  namespaces,
  pystolRoles,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
} from "../kubernetes/resources.ts";
import { applier } from "./deploy/apply.ts";
import {
  accountOf,
  bindingsOf,
  clusterBindingsOf,
  clusterRightOf,
  dryRunAccountOf,
} from "./deploy/role-objects.ts";

const nodeType: ResourceType = {
  apiVersion: "v1",
  kind: "Node",
  plural: "nodes",
  namespaced: false,
};

/**
 * Lets these roles act in a namespace, and their dry runs read there: labels it, makes it where it does not exist, and binds the
 * roles' accounts there. Only for a namespace whose owner asked for it.
 */
export async function enableNamespace(
  client: Client,
  { namespace, roles }: { namespace: string; roles: readonly string[] },
): Promise<void> {
  const apply = applier(client);
  const metadata = { name: namespace, labels: { [ENABLED_LABEL]: "true" } };
  await apply({ apiVersion: "v1", kind: "Namespace", metadata } satisfies Resource);
  for (const object of roles.flatMap((role) => bindingsOf(role, namespace))) await apply(object);
}

/**
 * Lets roles of scope Cluster act on these nodes: labels each, and binds the accounts of those of the roles that have cluster
 * rules to them. Only for a cluster that we made, or whose owner asked for it.
 *
 * @throws ApiError if a node or a PystolRole is not there.
 */
export async function enableNodes(
  client: Client,
  { nodes, roles }: { nodes: readonly string[]; roles: readonly string[] },
): Promise<void> {
  const apply = applier(client);
  for (const name of nodes) {
    await client.mergePatch(
      nodeType,
      { name },
      { metadata: { labels: { [ENABLED_LABEL]: "true" } } },
    );
  }
  for (const role of await rolesOfCluster(client, roles)) {
    for (const object of clusterBindingsOf(role)) await apply(object);
  }
}

// https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane
const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

/** The names of the nodes that are no part of the control plane. */
export async function workers(client: Client): Promise<string[]> {
  const { items } = await client.list(nodeType, { query: { labelSelector: `!${CONTROL_PLANE}` } });
  return items.map(({ metadata }) => metadata.name);
}

/** Whether any node opted in to faults. What the caller may not see counts as enabled, as with namespaces. */
export async function hasEnabledNode(client: Client): Promise<boolean> {
  const query = { labelSelector: `${ENABLED_LABEL}=true`, limit: 1 };
  try {
    return (await client.list(nodeType, { query })).items.length > 0;
  } catch (error) {
    if (hasReason(error, "Forbidden")) return true;
    throw error;
  }
}

/** Those of the roles that need rights beyond namespaces. @throws ApiError if one is not there. */
export async function rolesOfCluster(client: Client, roles: readonly string[]): Promise<string[]> {
  const found = await Promise.all(roles.map((name) => client.get(pystolRoles, { name })));
  return found.filter(({ spec }) => spec.clusterRules).map(({ metadata }) => metadata.name);
}

/** The commands with which a person enables a namespace of a cluster that is theirs. */
export function enableCommands(namespace: string, roles: readonly string[]): string {
  const bindings = roles
    .flatMap((role) => [accountOf(role), dryRunAccountOf(role)])
    .map(
      (account) =>
        `kubectl -n ${namespace} create rolebinding ${account} --clusterrole=${account} --serviceaccount=${RUNS_NAMESPACE}:${account}`,
    );
  return [`kubectl label namespace ${namespace} ${ENABLED_LABEL}=true`, ...bindings].join("\n");
}

/**
 * The commands with which a person lets roles of scope Cluster act on nodes of theirs. Without names of nodes there is one
 * with NODE in the place of a name.
 */
export function enableNodesCommands(
  roles: readonly string[],
  nodes: readonly string[] = ["NODE"],
): string {
  const labels = nodes.map((name) => `kubectl label node ${name} ${ENABLED_LABEL}=true`);
  const bindings = roles
    .flatMap((role) => [accountOf(role), dryRunAccountOf(role)])
    .map(
      (account) =>
        `kubectl create clusterrolebinding ${clusterRightOf(account)} --clusterrole=${clusterRightOf(account)} --serviceaccount=${RUNS_NAMESPACE}:${account}`,
    );
  return [...labels, ...bindings].join("\n");
}

/**
 * Those of `names` that did not opt in to faults or do not exist. What the caller may not see counts as enabled: the operator
 * looks again before it starts anything.
 */
export async function namespacesNotEnabled(
  client: Client,
  names: Iterable<string>,
): Promise<{ name: string; exists: boolean }[]> {
  const found = [];
  for (const name of new Set(names)) {
    try {
      const { metadata } = await client.get(namespaces, { name });
      if (metadata.labels?.[ENABLED_LABEL] !== "true") found.push({ name, exists: true });
    } catch (error) {
      if (hasReason(error, "NotFound")) found.push({ name, exists: false });
      else if (!hasReason(error, "Forbidden")) throw error;
    }
  }
  return found;
}
