import { mkdtemp, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { type Client, createClient } from "../../kubernetes/client.ts";
import { kubeconfigConnection } from "../../kubernetes/kubeconfig.ts";
import { pathOf, type Resource, type ResourceType } from "../../kubernetes/resources.ts";
import { type ControlPlane, startControlPlane } from "../cluster/control-plane.ts";
import { controlPlaneFiles } from "../cluster/control-plane-flags.ts";

const root = join(import.meta.dirname, "../..");

/** A bare control plane with Pystol's CRDs, namespaces, RBAC and guards: all of it but the operator. */
export interface PystolControlPlane extends AsyncDisposable {
  controlPlane: ControlPlane;
  /** As the administrator. */
  client: Client;
  /** As a service account of `namespace`; its token is bound to `pod` where one is given. */
  clientOf(account: Account): Promise<Client>;
  tokenOf(account: Account): Promise<string>;
}

export interface Account {
  namespace: string;
  name: string;
  pod?: { name: string; uid: string };
}

const plurals: Record<string, string> = {
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
};
const clusterScoped = [
  "Namespace",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "PystolRole",
];

/** The type of an object, by Kubernetes' own way to build plurals, for the kinds that tests use. */
export function typeOf({ apiVersion, kind }: Resource): ResourceType {
  const isCluster = clusterScoped.includes(kind) || kind.startsWith("ValidatingAdmission");
  return {
    apiVersion,
    kind,
    plural: plurals[kind] ?? `${kind.toLowerCase()}s`,
    namespaced: !isCluster,
  };
}

/** Every object of a YAML file below the project's root. */
export async function objectsOf(file: string): Promise<Resource[]> {
  const text = await readFile(join(root, file), "utf8");
  return parseAllDocuments(text).map((document) => document.toJS({ maxAliasCount: -1 }));
}

export async function startPystolControlPlane(): Promise<PystolControlPlane> {
  const dir = await mkdtemp(join(tmpdir(), "pystol-cp-"));
  const cacheDir = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pystol");
  const controlPlane = await startControlPlane({ cacheDir, dir });
  const connection = await kubeconfigConnection({ file: controlPlane.kubeconfig });
  const client = createClient(connection, { userAgent: "pystol-test" });
  // Of the accounts in pystol-runs, kubelets and this manager alone may make tokens.
  const managerConnection = await kubeconfigConnection({
    file: controlPlaneFiles(dir).controllerManagerKubeconfig,
  });
  const manager = createClient(managerConnection, { userAgent: "pystol-test" });
  const clients = [client, manager];
  for (const name of ["pystolroles", "pystolactions", "pystolruns"]) {
    await applyAll(client, `crds/${name}.yaml`);
  }
  await servesEachType(client);
  const base = (await objectsOf("operator/manifests/kustomization.yaml"))[0] as Resource & {
    resources: string[];
  };
  for (const file of base.resources) {
    if (file !== "deployment.yaml") await applyAll(client, `operator/manifests/${file}`);
  }
  await guardsAct(client);
  const tokenOf = (account: Account) => token(manager, account);
  return {
    controlPlane,
    client,
    tokenOf,
    clientOf: async (account) => {
      const bearer = `Bearer ${await tokenOf(account)}`;
      const made = createClient(
        {
          server: connection.server,
          ca: controlPlane.ca,
          namespace: account.namespace,
          authorization: async () => bearer,
        },
        { userAgent: "pystol-test" },
      );
      clients.push(made);
      return made;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((one) => one.close()));
      await controlPlane.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function applyAll(client: Client, file: string): Promise<void> {
  for (const object of await objectsOf(file)) {
    await client.apply(typeOf(object), object, { fieldManager: "pystol-test" });
  }
}

/** Until each type of ours can be listed: a CRD takes a moment to be served. */
async function servesEachType(client: Client): Promise<void> {
  for (const plural of ["pystolroles", "pystolactions", "pystolruns"]) {
    await eventually(() =>
      client.request({ method: "GET", path: `/apis/pystol.org/v1alpha1/${plural}` }),
    );
  }
}

/** Until the guards deny what they must: a policy takes some seconds to act. */
async function guardsAct(client: Client): Promise<void> {
  const owner = { namespace: "default", name: "probe", uid: "probe" };
  const role = { name: "r", collection: "a.b", role: "r", image: "i" };
  const probes: Resource[] = [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "kube-public", labels: { "pystol.org/enabled": "true" } },
    },
    {
      apiVersion: "pystol.org/v1alpha1",
      kind: "PystolAction",
      metadata: { name: "probe", namespace: "default" },
      spec: { role: "x", requester: "nobody" },
    } as Resource,
    {
      apiVersion: "pystol.org/v1alpha1",
      kind: "PystolRun",
      metadata: { name: "probe", namespace: "pystol-runs" },
      spec: { timeoutSeconds: 1, action: owner, role },
    } as Resource,
  ];
  for (const probe of probes) {
    await eventually(async () => {
      const denied = await client
        .apply(typeOf(probe), probe, { fieldManager: "probe", query: { dryRun: "All" } })
        .then(
          () => false,
          (error) => /ValidatingAdmissionPolicy/.test(error.message),
        );
      if (!denied) throw new Error(`${probe.kind} ${probe.metadata.name} is not denied yet`);
    });
  }
}

async function token(client: Client, { namespace, name, pod }: Account): Promise<string> {
  const account = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    plural: "serviceaccounts",
    namespaced: true,
  };
  const answer = await client.request<{ status: { token: string } }>({
    method: "POST",
    path: pathOf(account, { namespace, name, subresource: "token" }),
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { ...(pod ? { boundObjectRef: { apiVersion: "v1", kind: "Pod", ...pod } } : {}) },
    },
  });
  return answer.status.token;
}

/** Tries `act` until it does not throw, for 30 s at most; then its error is thrown. */
export async function eventually<T>(act: () => Promise<T> | T, timeoutMs = 30_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
