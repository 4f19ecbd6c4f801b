import { createHash, randomBytes } from "node:crypto";
import { applier } from "../../client/deploy/apply.ts";
import { bindingsOf, objectsOfRole } from "../../client/deploy/role-objects.ts";
import {
  type PystolAction,
  type PystolRole,
  pystolActions,
  pystolRoles,
  pystolRuns,
  type Resource,
  RUNS_NAMESPACE,
  SYSTEM_NAMESPACE,
} from "../../kubernetes/resources.ts";
import { jobs, pods } from "../../operator/workloads.ts";
import { deployments } from "./fault-world.ts";
import { type RecoveryWorld, recoveryWorld } from "./recovery-world.ts";
import { strangerImage } from "./stranger-image.ts";

/** Roles of strangers: one that tells its secrets, one that eats all memory, one whose source cannot be trusted. */
export interface StrangersWorld extends RecoveryWorld {
  /** What the Secret "tokens" holds under "token", and its SHA-256. */
  token: { value: string; sha256: string };
  /** All that the cluster shows of an action, but for the Secret: logs, Events and objects, each with its place. */
  shown(action: PystolAction): Promise<Map<string, string>>;
}

const events = { apiVersion: "v1", kind: "Event", plural: "events", namespaced: true };

export async function strangersWorld(
  kubeconfig: string,
  namespace: string,
): Promise<StrangersWorld> {
  const world = await recoveryWorld(kubeconfig, namespace);
  const { client } = world;
  const apply = applier(client);
  const place = { namespace: SYSTEM_NAMESPACE, name: "pystol-operator" };
  const [container] = (await client.get(deployments, place)).spec.template.spec.containers;
  const runner = container.env?.find(({ name }) => name === "PYSTOL_RUNNER_IMAGE")?.value ?? "";
  const image = await strangerImage(world.tools, runner, "pystol");
  const patch = (await client.get(pystolRoles, { name: "patch" })).spec;
  for (const role of rolesOf(image, patch)) {
    const { name } = role.metadata;
    const objects = [role, ...objectsOfRole(role), ...bindingsOf(name, namespace)];
    for (const object of objects) await apply(object);
  }
  const value = `tok-${randomBytes(18).toString("base64url")}`;
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "tokens", namespace } };
  await apply({ ...secret, stringData: { token: value } } as Resource);
  const logOf = async (of: string, pod: string) => {
    const path = `/api/v1/namespaces/${of}/pods/${pod}/log`;
    const chunks: Uint8Array[] = [];
    for await (const chunk of await client.stream({ method: "GET", path })) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  return {
    ...world,
    token: { value, sha256: createHash("sha256").update(value).digest("hex") },
    shown: async (action) => {
      const found = new Map<string, string>();
      const pod = await world.runnerPod(action);
      found.set("the runner's log", await logOf(RUNS_NAMESPACE, pod.metadata.name));
      const query = { labelSelector: "app.kubernetes.io/name=pystol-operator" };
      const operators = await client.list(pods, { namespace: SYSTEM_NAMESPACE, query });
      for (const { metadata } of operators.items)
        found.set("the operator's log", await logOf(SYSTEM_NAMESPACE, metadata.name));
      for (const type of [events, pystolActions, pystolRuns, jobs, pods]) {
        for (const each of [namespace, RUNS_NAMESPACE, SYSTEM_NAMESPACE]) {
          const { items } = await client.list<Resource>(type, { namespace: each });
          found.set(`${type.plural} of ${each}`, JSON.stringify(items));
        }
      }
      return found;
    },
  };
}

function rolesOf(image: string, patch: PystolRole["spec"]): PystolRole[] {
  const role = (name: string, spec: PystolRole["spec"]): PystolRole => ({
    ...{ apiVersion: pystolRoles.apiVersion, kind: pystolRoles.kind },
    ...{ metadata: { name }, spec },
  });
  const acme = { collection: "acme.faults", image };
  return [
    role("acme-keeper", {
      ...{ ...acme, role: "keeper" },
      rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
      arguments: {
        ...{ type: "object", required: ["token", "tokenSha256"], additionalProperties: false },
        properties: { token: { type: "string" }, tokenSha256: { type: "string" } },
      },
    }),
    role("acme-hungry", { ...patch, ...acme, role: "hungry", checkMode: false }),
    role("acme-untrusted", {
      ...patch,
      source: {
        // The API server's own certificate is no public authority's.
        archive: { url: "https://kubernetes.default.svc/acme.tar.gz", sha256: "a".repeat(64) },
      },
    }),
  ];
}
