import type { Client } from "../kubernetes/client.ts";
import { hasReason } from "../kubernetes/errors.ts";
import {
  ENABLED_LABEL,
  namespaces,
  type Resource,
  RUNS_NAMESPACE,
} from "../kubernetes/resources.ts";
import { applier } from "./deploy/apply.ts";
import { accountOf, bindingOf } from "./deploy/role-objects.ts";

/**
 * Lets these roles act in a namespace: labels it, makes it where it does not exist, and binds the roles' accounts there.
 * Only for a namespace whose owner asked for it.
 */
export async function enableNamespace(
  client: Client,
  { namespace, roles }: { namespace: string; roles: readonly string[] },
): Promise<void> {
  const apply = applier(client);
  const metadata = { name: namespace, labels: { [ENABLED_LABEL]: "true" } };
  await apply({ apiVersion: "v1", kind: "Namespace", metadata } satisfies Resource);
  for (const role of roles) await apply(bindingOf(role, namespace));
}

/** The commands with which a person enables a namespace of a cluster that is theirs. */
export function enableCommands(namespace: string, roles: readonly string[]): string {
  const bindings = roles
    .map(accountOf)
    .map(
      (account) =>
        `kubectl -n ${namespace} create rolebinding ${account} --clusterrole=${account} --serviceaccount=${RUNS_NAMESPACE}:${account}`,
    );
  return [`kubectl label namespace ${namespace} ${ENABLED_LABEL}=true`, ...bindings].join("\n");
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
