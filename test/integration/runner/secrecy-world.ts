import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pystolActions, type Resource, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { freePort } from "../../cluster/free-port.ts";
import {
  ansibleFolder,
  type Roles,
  writeStrangersCollection,
} from "../../support/ansible-collection.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import {
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";
import { startTestKubelet } from "../../support/test-kubelet/test-kubelet.ts";

const ROLE = "leaky";
const ACCOUNT = `pystol-role-${ROLE}`;
const RECORD = join(import.meta.dirname, "../../../runner/record/main.ts");

/** All of Pystol with the role leaky, which may read the Secret login of the namespace shop. */
export interface SecrecyWorld extends AsyncDisposable {
  readonly world: PystolControlPlane;
  readonly operator: OperatorProcess;
  /** A folder for what a test and its role tell each other by files. */
  readonly notes: string;
  /** Makes an action with the variables of the Secret login and this one. */
  act(name: string, extraVars: Record<string, string>): Promise<void>;
  /** Whatever anybody could read of Pystol from outside, by where it is. */
  everything(): Promise<Map<string, string>>;
}

export async function startSecrecyWorld(
  tasks: Roles[string],
  login: Readonly<Record<string, string>>,
): Promise<SecrecyWorld> {
  await using own = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "pystol-secrecy-"));
  own.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const [pods, bin, notes, collections] = ["p", "bin", "notes", "collections"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  await Promise.all([pods, bin, notes].map((path) => mkdir(path)));
  await writeStrangersCollection(collections, { [ROLE]: tasks });
  const command = `#!/bin/sh\nexec "${process.execPath}" "${RECORD}" "$@"\n`;
  await writeFile(join(bin, "pystol-record"), command, { mode: 0o755 });
  const [world, ansible] = await Promise.all([startPystolControlPlane(), ansibleFolder()]);
  own.use(world);
  const { client, tokenOf, controlPlane } = world;
  for (const object of fixtures(login))
    await client.apply(typeOf(object), object, { fieldManager: "test" });
  own.use(
    await startTestKubelet({
      ...{ client, tokenOf, folder: pods, collections, programs: [bin, ansible] },
      ...{ server: controlPlane.server, ca: controlPlane.ca, namespaces: [RUNS_NAMESPACE] },
    }),
  );
  const metricsPort = await freePort();
  const env = { PYSTOL_METRICS_PORT: String(metricsPort), PYSTOL_KEEP_SECONDS: "600" };
  const operator = own.use(await startOperator(world, { env }));
  const moved = own.move();
  return {
    ...{ world, operator, notes },
    act: async (name, extraVars) => {
      await client.create(pystolActions, {
        ...{ apiVersion: pystolActions.apiVersion, kind: pystolActions.kind },
        metadata: { name, namespace: "shop" },
        spec: {
          role: ROLE,
          timeout: "9m",
          extraVars,
          extraVarsFrom: [{ secretRef: { name: "login" } }],
        },
      });
    },
    everything: async () => {
      const texts = new Map([
        ["the operator's log", operator.log()],
        ["metrics", await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()],
      ]);
      for (const path of OBJECTS)
        texts.set(path, JSON.stringify(await client.request({ method: "GET", path })));
      for (const [path, text] of await filesOf(pods)) texts.set(path, text);
      return texts;
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

/** What Kubernetes keeps of Pystol, but for the Secret itself. */
const OBJECTS = [
  ...["actions", "runs", "roles"].map((kind) => `/apis/pystol.org/v1alpha1/pystol${kind}`),
  ...["events", "pods", "configmaps"].map((kind) => `/api/v1/${kind}`),
  ...["events.k8s.io/v1/events", "batch/v1/jobs", "coordination.k8s.io/v1/leases"].map(
    (kind) => `/apis/${kind}`,
  ),
];

/** The command line and the environment of each process, as far as this one may read them. */
export async function processes(): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const id of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    for (const file of ["cmdline", "environ"]) {
      const path = `/proc/${id}/${file}`;
      const text = await readFile(path, "utf8").catch(() => ""); // ended meanwhile, or another user's
      if (text) texts.set(path, text.replaceAll("\0", "\n"));
    }
  }
  return texts;
}

/** The files below the folder: logs, termination messages, and what Ansible keeps for itself. */
async function filesOf(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }): Promise<[string, string]> => {
      const path = join(parentPath, name);
      return [path, `${name}\n${await readFile(path, "utf8").catch(() => "")}`];
    }),
  );
}

function fixtures(login: Readonly<Record<string, string>>): Resource[] {
  const rbac = "rbac.authorization.k8s.io";
  const names = [...Object.keys(login), "file"];
  const properties = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  return [
    {
      ...{ apiVersion: "v1", kind: "Namespace" },
      metadata: { name: "shop", labels: { "pystol.org/enabled": "true" } },
    },
    {
      ...{ apiVersion: "v1", kind: "ServiceAccount" },
      metadata: { name: ACCOUNT, namespace: RUNS_NAMESPACE },
    },
    {
      ...{ apiVersion: "v1", kind: "Secret", stringData: login },
      metadata: { name: "login", namespace: "shop" },
    },
    {
      ...{ apiVersion: `${rbac}/v1`, kind: "Role" },
      metadata: { name: ACCOUNT, namespace: "shop" },
      rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
    },
    {
      ...{ apiVersion: `${rbac}/v1`, kind: "RoleBinding" },
      metadata: { name: ACCOUNT, namespace: "shop" },
      roleRef: { apiGroup: rbac, kind: "Role", name: ACCOUNT },
      subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace: RUNS_NAMESPACE }],
    },
    {
      ...{ apiVersion: "pystol.org/v1alpha1", kind: "PystolRole" },
      metadata: { name: ROLE },
      spec: {
        ...{ collection: "acme.tests", role: ROLE, phased: true, undoable: true },
        arguments: { type: "object", properties },
      },
    },
  ] as Resource[];
}
