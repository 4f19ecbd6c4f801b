import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Resource } from "../../../kubernetes/resources.ts";

/** The roles whose runs are broken: each changes a ConfigMap (effect.ts). */
export type TestedRole = "plain" | "phased";

const effect = join(import.meta.dirname, "effect.ts");

/** The namespace of the targets. */
export const SHOP = "shop";

const task = (what: "plain" | "inject" | "recover", log: string, list: string) => [
  {
    name: `Effect ${what}`,
    "ansible.builtin.command": {
      argv: [process.execPath, effect, what, log, `{{ ${list} | to_json }}`],
    },
  },
];

/** Writes the collection acme.tests with both roles; `log` is where their effects are noted. */
export async function writeTestedRoles(collections: string, log: string): Promise<void> {
  const files: Record<string, object[]> = {
    "plain/tasks/main.yml": task("plain", log, "pystol_targets"),
    "phased/tasks/inject.yml": task("inject", log, "pystol_targets"),
    "phased/tasks/recover.yml": task("recover", log, "pystol_undo"),
  };
  for (const [path, tasks] of Object.entries(files)) {
    const file = join(collections, "ansible_collections/acme/tests/roles", path);
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, JSON.stringify(tasks));
  }
}

function objectsOf(role: TestedRole): Resource[] {
  const name = `pystol-role-${role}`;
  const account = { kind: "ServiceAccount", name, namespace: "pystol-runs" };
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
  const isPhased = role === "phased";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: "pystol-runs" } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name, namespace: SHOP },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "patch"] }],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name, namespace: SHOP },
      roleRef,
      subjects: [account],
    },
    {
      apiVersion: "pystol.org/v1alpha1",
      kind: "PystolRole",
      metadata: { name: role },
      spec: {
        ...{ collection: "acme.tests", role, verified: true },
        ...{ phased: isPhased, undoable: isPhased },
        actsOn: { apiVersion: "v1", kind: "ConfigMap" },
      },
    },
  ] as Resource[];
}

export const SHOP_NAMESPACE = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: SHOP, labels: { "pystol.org/enabled": "true" } },
} as Resource;

export const FIXTURES: readonly Resource[] = [
  SHOP_NAMESPACE,
  ...objectsOf("plain"),
  ...objectsOf("phased"),
];
