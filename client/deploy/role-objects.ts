import { type PystolRole, type Resource, RUNS_NAMESPACE } from "../../kubernetes/resources.ts";

const labels = { "app.kubernetes.io/managed-by": "pystol" };

/** The name of a role's service account, ClusterRole and RoleBindings. */
export function accountOf(role: string): string {
  return `pystol-role-${role}`;
}

/** What a PystolRole needs on the cluster beside itself: its service account, and its rights as a ClusterRole that nothing binds yet. */
export function objectsOfRole(role: PystolRole): Resource[] {
  const name = accountOf(role.metadata.name);
  return [
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name, namespace: RUNS_NAMESPACE, labels },
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name, labels },
      rules: role.spec.rules ?? [],
    } as Resource,
  ];
}

/** What lets a role act in a namespace: its account bound to its rights there. */
export function bindingOf(role: string, namespace: string): Resource {
  const name = accountOf(role);
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name, namespace, labels },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    subjects: [{ kind: "ServiceAccount", name, namespace: RUNS_NAMESPACE }],
  } as Resource;
}
