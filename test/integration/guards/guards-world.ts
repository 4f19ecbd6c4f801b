import { randomUUID } from "node:crypto";
import { Agent, request } from "undici";
import type { Client } from "../../../kubernetes/client.ts";
import { ApiError } from "../../../kubernetes/errors.ts";
import {
  type PystolRun,
  pystolRuns,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { jobs, type Pod, pods } from "../../../operator/workloads.ts";
import { pod as podNamed } from "../../support/attempts.ts";
import {
  eventually,
  objectsOf,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";

export const nodes: ResourceType = {
  apiVersion: "v1",
  kind: "Node",
  plural: "nodes",
  namespaced: false,
};
export const leases: ResourceType = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};
export const NODES = "pystol-nodes";
export const RUNNER = "pystol-role-killpods";
const rbac = "rbac.authorization.k8s.io";

/** A run, its Job and the pod that the Job controller made, without any operator: the objects are made under its account. */
export interface MadeRun {
  run: PystolRun;
  pod: Pod;
}

/** A control plane on which accounts have far more rights than any deployment gives them: what is denied, a guard denies. */
export interface GuardsWorld extends AsyncDisposable {
  world: PystolControlPlane;
  admin: Client;
  operator: Client;
  makeRun(): Promise<MadeRun>;
  /** A Job of the operator's in pystol-runs, and its pod. */
  makeJobPod(name: string, account?: string): Promise<Pod>;
  /** With the token of that pod, as the program in it has. */
  inPod(pod: Pod): Promise<Client>;
  /** One request as somebody else; throws ApiError. */
  as(user: { user: string; groups?: string[] }, what: Asked): Promise<unknown>;
}

export interface Asked {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
}

const account = (name: string, namespace: string) => ({
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name, namespace },
});
const namespace = (name: string, labels = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

const fixtures = [
  namespace("shop", { "pystol.org/enabled": "true" }),
  namespace("closed"),
  account(RUNNER, RUNS_NAMESPACE),
  account("pystol-dryrun-killpods", RUNS_NAMESPACE),
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: { name: "too-much" },
    rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "too-much" },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "too-much" },
    subjects: ["pystol-runs", "pystol-nodes"].map((name) => ({
      apiGroup: rbac,
      kind: "Group",
      name: `system:serviceaccounts:${name}`,
    })),
  },
] as Resource[];

export async function startGuardsWorld(): Promise<GuardsWorld> {
  const world = await startPystolControlPlane();
  const { client } = world;
  const faults = ["namespace", "rbac"].map((file) =>
    objectsOf(`operator/manifests/node-faults/${file}.yaml`),
  );
  for (const object of [...(await Promise.all(faults)).flat(), ...fixtures]) {
    await client.apply(typeOf(object), object, { fieldManager: "test" });
  }
  const operator = await world.clientOf({ namespace: "pystol-system", name: "pystol-operator" });

  const makeJobPod = async (name: string, serviceAccountName = RUNNER): Promise<Pod> => {
    const template = { spec: { ...specOf(serviceAccountName), restartPolicy: "Never" } };
    const made = { metadata: { name, namespace: RUNS_NAMESPACE }, spec: { template } };
    await operator.create(jobs, { apiVersion: "batch/v1", kind: "Job", ...made } as never);
    return eventually(async () => {
      const query = { labelSelector: `job-name=${name}` };
      const { items } = await client.list(pods, { namespace: RUNS_NAMESPACE, query });
      if (!items[0]) throw new Error(`the Job ${name} has no pod yet`);
      return items[0];
    });
  };
  return {
    ...{ world, admin: client, operator, makeJobPod },
    makeRun: async () => {
      const uid = randomUUID();
      const run = await operator.create(pystolRuns, runNamed(`pa-${uid}`, uid));
      return { run, pod: await makeJobPod(run.metadata.name) };
    },
    inPod: ({ metadata, spec }) =>
      world.clientOf({
        namespace: metadata.namespace ?? "",
        name: (spec as { serviceAccountName?: string }).serviceAccountName ?? "default",
        pod: { name: metadata.name, uid: metadata.uid ?? "" },
      }),
    as: (user, what) => impersonated(world, user, what),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

function specOf(serviceAccountName: string): object {
  const { spec } = podNamed("x", "x") as unknown as { spec: object };
  return { ...spec, serviceAccountName, automountServiceAccountToken: true };
}

/** A run as the operator makes it, for an action that need not exist. */
export function runNamed(name: string, uid = "1", inNamespace = RUNS_NAMESPACE): PystolRun {
  return {
    apiVersion: pystolRuns.apiVersion,
    kind: pystolRuns.kind,
    metadata: { name, namespace: inNamespace },
    spec: {
      timeoutSeconds: 60,
      action: { namespace: "shop", name: "a", uid },
      role: { name: "killpods", collection: "a.b", role: "r", image: "i" },
    },
  };
}

/** A helper pod on a node, in the operator's template as far as policies look at it. */
export function helperPod(name: string, nodeName: string) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: NODES },
    spec: {
      nodeName,
      hostPID: true,
      restartPolicy: "Never",
      serviceAccountName: "pystol-node-helper",
      containers: [
        {
          name: "helper",
          image: "i",
          command: ["/usr/bin/node", "/usr/lib/pystol/node-helper/main.js"],
          securityContext: {
            capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE"] },
          },
        },
      ],
    },
  };
}

export function statusOf(run: PystolRun) {
  return { namespace: RUNS_NAMESPACE, name: run.metadata.name, subresource: "status" };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
async function impersonated(
  { controlPlane: { server, ca, adminToken } }: PystolControlPlane,
  { user, groups = [] }: { user: string; groups?: string[] },
  { method, path, body }: Asked,
): Promise<unknown> {
  const answer = await request(server + path, {
    method,
    dispatcher: new Agent({ connect: { ca } }),
    headers: {
      authorization: `Bearer ${adminToken}`,
      "impersonate-user": user,
      ...(groups.length > 0 ? { "impersonate-group": groups } : {}),
      "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 400) {
    throw new ApiError({ method, path, code: answer.statusCode, body: text });
  }
  return JSON.parse(text);
}
