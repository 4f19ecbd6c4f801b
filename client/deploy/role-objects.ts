import { type PystolRole, type Resource, RUNS_NAMESPACE } from "../../kubernetes/resources.ts";

type Rules = NonNullable<PystolRole["spec"]["rules"]>;

const RBAC = "rbac.authorization.k8s.io";
const labels = { "app.kubernetes.io/managed-by": "pystol" };
const READING = new Set(["get", "list", "watch"]);

/** The name of a role's service account, ClusterRole and RoleBindings. */
export function accountOf(role: string): string {
  return `pystol-role-${role}`;
}

/** The name of the account, ClusterRole and RoleBindings with which a role's dry runs read, and change nothing. */
export function dryRunAccountOf(role: string): string {
  return `pystol-dryrun-${role}`;
}

/** The name of a ClusterRole and ClusterRoleBinding: what an account may do beyond namespaces. */
export function clusterRightOf(account: string): string {
  return `${account}-cluster`;
}

/** Both accounts of a role, each with its part of some rules. */
function accounts(role: string): { account: string; part: (rules: Rules) => Rules }[] {
  return [
    { account: accountOf(role), part: (rules) => rules },
    { account: dryRunAccountOf(role), part: readingPart },
  ];
}

/** Those of the rules that read, cut to that. */
export function readingPart(rules: Rules): Rules {
  return rules
    .map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => READING.has(verb)) }))
    .filter(({ verbs }) => verbs.length > 0);
}

/**
 * What a PystolRole needs on the cluster beside itself: two service accounts, one of which can only read, and the rights of
 * each as ClusterRoles that nothing binds yet.
 */
export function objectsOfRole(role: PystolRole): Resource[] {
  const { rules = [], clusterRules } = role.spec;
  return accounts(role.metadata.name).flatMap(({ account, part }) => [
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: account, namespace: RUNS_NAMESPACE, labels },
    },
    clusterRole(account, part(rules)),
    ...(clusterRules ? [clusterRole(clusterRightOf(account), part(clusterRules))] : []),
  ]);
}

function clusterRole(name: string, rules: Rules): Resource {
  const object = { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name, labels } };
  return { ...object, rules } as Resource;
}

/** What lets a role act in a namespace, and its dry runs read there. */
export function bindingsOf(role: string, namespace: string): Resource[] {
  return accounts(role).map(({ account }) =>
    binding({ kind: "RoleBinding", metadata: { name: account, namespace, labels } }, account),
  );
}

/** What lets a role act on the cluster itself, on nodes for example, and its dry runs read there. */
export function clusterBindingsOf(role: string): Resource[] {
  return accounts(role).map(({ account }) => {
    const metadata = { name: clusterRightOf(account), labels };
    return binding({ kind: "ClusterRoleBinding", metadata }, account);
  });
}

function binding(of: Pick<Resource, "kind" | "metadata">, account: string): Resource {
  return {
    apiVersion: `${RBAC}/v1`,
    ...of,
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: of.metadata.name },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: RUNS_NAMESPACE }],
  } as Resource;
}
