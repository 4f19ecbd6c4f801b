import { readBase, readObjects } from "../../client/deploy/manifests.ts";
import { poll } from "../../client/poll.ts";
import type { Client } from "../../kubernetes/client.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import {
  namespaces,
  pystolActions,
  pystolRoles,
  pystolRuns,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
  SYSTEM_NAMESPACE,
} from "../../kubernetes/resources.ts";
import { DEMO_NAMESPACE } from "./demo.ts";

const PLURALS: Record<string, { plural: string; namespaced: boolean }> = {
  ClusterRole: { plural: "clusterroles", namespaced: false },
  ClusterRoleBinding: { plural: "clusterrolebindings", namespaced: false },
  CustomResourceDefinition: { plural: "customresourcedefinitions", namespaced: false },
  Namespace: { plural: "namespaces", namespaced: false },
  ValidatingAdmissionPolicy: { plural: "validatingadmissionpolicies", namespaced: false },
  ValidatingAdmissionPolicyBinding: {
    plural: "validatingadmissionpolicybindings",
    namespaced: false,
  },
};

const definitions: ResourceType = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};
const DEFINITIONS = [pystolActions, pystolRoles, pystolRuns].map(
  ({ plural }) => `${plural}.pystol.org`,
);

/**
 * Checks that a cluster which somebody else made has nothing that a demonstration would overwrite.
 *
 * @throws one error that names what is there.
 */
export async function refuseToOverwrite(client: Client): Promise<void> {
  const found: string[] = [];
  for (const name of [DEMO_NAMESPACE, SYSTEM_NAMESPACE, RUNS_NAMESPACE]) {
    if (await isThere(client, namespaces, name)) found.push(`the namespace ${name}`);
  }
  for (const name of DEFINITIONS) {
    if (await isThere(client, definitions, name)) found.push(`the definition ${name}`);
  }
  if (found.length === 0) return;
  throw new Error(
    `The given cluster already has ${found.join(", ")}, not ours to change. Use another cluster, or none to have one made.`,
  );
}

/** Takes everything out of a given cluster that the demonstration put there: faults first, so that the operator ends them. */
export async function removeFromGiven(client: Client, root: string): Promise<void> {
  if (await isThere(client, namespaces, DEMO_NAMESPACE)) {
    const { items } = await client
      .list(pystolActions, { namespace: DEMO_NAMESPACE })
      .catch(() => ({ items: [] }));
    for (const { metadata } of items) {
      await remove(client, pystolActions, metadata.name, DEMO_NAMESPACE);
    }
    await gone(
      "the actions in the demo namespace",
      async () =>
        (
          await client
            .list(pystolActions, { namespace: DEMO_NAMESPACE })
            .catch(() => ({ items: [] }))
        ).items.length,
    );
    await remove(client, namespaces, DEMO_NAMESPACE);
  }
  const base = await readBase(`${root}/operator/manifests`);
  const ours = await Promise.all(
    ["pystolactions", "pystolruns", "pystolroles"].map((name) =>
      readObjects(`${root}/crds/${name}.yaml`),
    ),
  );
  const accounts = await client.list({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    plural: "clusterroles",
    namespaced: false,
  });
  const roles = accounts.items
    .filter(({ metadata }) => /^pystol-(role|dryrun)-/.test(metadata.name))
    .map((item) => ({ ...item, apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" }));
  for (const object of [...ours.flat(), ...base.reverse(), ...roles]) {
    const known = PLURALS[object.kind];
    if (!known) continue; // what has a namespace goes with it
    await remove(
      client,
      { apiVersion: object.apiVersion, kind: object.kind, ...known },
      object.metadata.name,
    );
  }
  for (const name of [DEMO_NAMESPACE, SYSTEM_NAMESPACE, RUNS_NAMESPACE]) {
    await gone(`the namespace ${name}`, async () =>
      (await isThere(client, namespaces, name)) ? 1 : 0,
    );
  }
}

function gone(what: string, count: () => Promise<number>): Promise<true> {
  let left = 0;
  return poll(
    async () => {
      left = await count();
      return left === 0 || undefined;
    },
    { what: `the removal of ${what}`, seen: () => `${left} left`, timeoutMs: 120_000 },
  );
}

async function isThere(client: Client, type: ResourceType, name: string): Promise<boolean> {
  try {
    await client.get(type, { name });
    return true;
  } catch (error) {
    if (hasReason(error, "NotFound")) return false;
    throw error;
  }
}

async function remove(
  client: Client,
  type: ResourceType<Resource>,
  name: string,
  namespace?: string,
): Promise<void> {
  await client.delete(type, { name, namespace }).catch((error) => {
    if (!hasReason(error, "NotFound")) throw error;
  });
}
