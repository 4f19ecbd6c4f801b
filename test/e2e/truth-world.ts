import { connect } from "../../client/connect.ts";
import { applier } from "../../client/deploy/apply.ts";
import { accountOf, objectsOfRole } from "../../client/deploy/role-objects.ts";
import { enableNamespace } from "../../client/enable.ts";
import type { Client } from "../../kubernetes/client.ts";
import {
  namespaces,
  type PystolAction,
  type PystolRole,
  pystolActions,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
  SYSTEM_NAMESPACE,
} from "../../kubernetes/resources.ts";
import { type Pod, pods } from "../../operator/workloads.ts";
import { cacheDirOf } from "../cluster/cache.ts";
import { run } from "../cluster/command.ts";
import { ensureTools, type Tools } from "../cluster/tools.ts";
import { eventually } from "../support/pystol-control-plane.ts";
import { strangerImage } from "./stranger-image.ts";

export const OPEN = "e2e-open";
export const NO_DELETE = "e2e-no-delete";
export const CLOSED = "e2e-closed";

/** The cluster of `npm start`, with namespaces and roles in which things are broken on purpose. */
export interface TruthWorld {
  client: Client;
  tools: Tools;
  submit(name: string, spec: object, namespace?: string): Promise<PystolAction>;
  /** The status of an action once it has its verdict; it fails after `withinMs`. */
  finished(action: PystolAction, withinMs?: number): Promise<NonNullable<PystolAction["status"]>>;
  /** The runner's pod of an action, once its container runs. */
  runningPod(action: PystolAction): Promise<Pod>;
}

const deployments: ResourceType<
  Resource & {
    spec: {
      template: {
        spec: { containers: [{ image: string; env: { name: string; value?: string }[] }] };
      };
    };
  }
> = { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments", namespaced: true };

/** Takes the namespaces away, and waits until they are gone: a drained node must hold no pod that nothing would replace. */
export async function removeNamespaces({ client }: TruthWorld): Promise<void> {
  for (const name of OWN) await client.delete(namespaces, { name });
  await eventually(async () => {
    const { items } = await client.list(namespaces);
    const left = items.map(({ metadata }) => metadata.name).filter((name) => OWN.includes(name));
    if (left.length > 0) throw new Error(`still there: ${left.join(", ")}`);
  }, 120_000);
}

const OWN: readonly string[] = [OPEN, NO_DELETE, CLOSED];

export async function truthWorld(kubeconfig: string): Promise<TruthWorld> {
  const { client } = await connect({ kubeconfig });
  const progress = (text: string) => console.log(`e2e: ${text}`);
  const tools = await ensureTools({
    cacheDir: cacheDirOf(process.env),
    mayInstall: false,
    progress,
  });
  const operator = await client.get(deployments, {
    namespace: SYSTEM_NAMESPACE,
    name: "pystol-operator",
  });
  const [container] = operator.spec.template.spec.containers;
  const runnerImage = container.env.find(({ name }) => name === "PYSTOL_RUNNER_IMAGE")?.value ?? "";
  const stranger = await strangerImage(tools, runnerImage, "pystol");
  const apply = applier(client);
  for (const role of brokenRoles(stranger)) {
    for (const object of [role, ...objectsOfRole(role)]) await apply(object);
  }
  await enableNamespace(client, { namespace: OPEN, roles: ["killpods", "pingtest"] });
  await enableNamespace(client, { namespace: NO_DELETE, roles: [] });
  for (const object of fixtures(container.image)) await apply(object);
  return {
    client,
    tools,
    submit: (name, spec, namespace = OPEN) =>
      client.create(pystolActions, {
        apiVersion: "pystol.org/v1alpha1",
        kind: "PystolAction",
        metadata: { name, namespace },
        spec,
      } as PystolAction),
    finished: ({ metadata: { name, namespace } }, withinMs = 120_000) =>
      eventually(async () => {
        const { status } = await client.get(pystolActions, { name, namespace });
        if (!status?.verdict) throw new Error(`${name} has no verdict: ${JSON.stringify(status)}`);
        return status;
      }, withinMs),
    runningPod: ({ metadata: { uid } }) =>
      eventually(async () => {
        const query = { labelSelector: `pystol.org/action-uid=${uid}` };
        const [pod] = (await client.list(pods, { namespace: RUNS_NAMESPACE, query })).items;
        if (pod?.status?.phase !== "Running") throw new Error(`the pod of ${uid} does not run yet`);
        return pod;
      }, 60_000),
  };
}

/** Kills PID 1 of a runner's pod with SIGKILL, from its node: from within the pod the kernel would not allow it. */
export async function killRunner({ tools }: Pick<TruthWorld, "tools">, pod: Pod): Promise<void> {
  const script =
    'for p in /proc/[0-9]*; do if tr "\\0" "\\n" < "$p/environ" 2>/dev/null | grep -qx "PYSTOL_POD_UID=$1" && grep -q runner/main.js "$p/cmdline"; then kill -9 "$(basename "$p")" && exit 0; fi; done; exit 1';
  await run(
    tools.engine.path,
    ["exec", pod.spec?.nodeName ?? "", "sh", "-c", script, "kill-runner", pod.metadata.uid ?? ""],
    { purpose: "Kill the runner", env: tools.engine.env },
  );
}

const acme = (
  name: string,
  role: string,
  image: string,
  collection = "acme.faults",
): PystolRole => ({
  apiVersion: "pystol.org/v1alpha1",
  kind: "PystolRole",
  metadata: { name },
  spec: { collection, role, image },
});

function brokenRoles(stranger: string): PystolRole[] {
  return [
    acme("acme-plain", "plain", stranger),
    acme("acme-sleepy", "sleepy", stranger),
    acme("acme-imitator", "imitator", stranger),
    acme("acme-no-role", "no_such_role", stranger),
    acme("acme-no-collection", "plain", stranger, "nobody.nothing"),
    acme("acme-no-image", "plain", "localhost/no-such-image:1"),
  ];
}

function fixtures(image: string): Resource[] {
  const account = accountOf("killpods");
  const rbac = "rbac.authorization.k8s.io";
  const victim = {
    name: "victim",
    image,
    command: ["/usr/bin/node", "--eval", "setInterval(() => {}, 1000)"],
  };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: CLOSED } },
    {
      apiVersion: `${rbac}/v1`,
      kind: "Role",
      metadata: { name: "look-only", namespace: NO_DELETE },
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: "look-only", namespace: NO_DELETE },
      roleRef: { apiGroup: rbac, kind: "Role", name: "look-only" },
      subjects: [{ kind: "ServiceAccount", name: account, namespace: RUNS_NAMESPACE }],
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "victim", namespace: NO_DELETE, labels: { app: "victim" } },
      spec: { terminationGracePeriodSeconds: 0, containers: [victim] },
    },
  ] as Resource[];
}
