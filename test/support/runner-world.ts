import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PystolRunSpec } from "../../crds/types/pystolruns.ts";
import type { Client } from "../../kubernetes/client.ts";
import {
  type PystolRun,
  pystolRuns,
  type Resource,
  RUNS_NAMESPACE,
} from "../../kubernetes/resources.ts";
import { jobFor, recoveryJobFor } from "../../operator/job.ts";
import { type Job, jobs, pods } from "../../operator/workloads.ts";
import { buildCollection } from "../../scripts/build/collection.ts";
import { ansibleFolder, type Roles, writeStrangersCollection } from "./ansible-collection.ts";
import {
  eventually,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "./pystol-control-plane.ts";
import { type RunnerProcess, startRunner } from "./runner-process.ts";

const ACCOUNT = "pystol-role-tested";
const READING_ACCOUNT = "pystol-dryrun-tested";

/** What a test says of a run; the rest is as an operator would have written it. */
export type RunWish = Partial<Omit<PystolRunSpec, "role">> & {
  role?: Partial<PystolRunSpec["role"]>;
};

/**
 * A bare control plane with Pystol's guards, the namespace shop in which the tested role's account may handle pods, and a
 * folder with our collection and a stranger's. There is no kubelet: the test starts the runner of a run's pod as a process.
 */
export interface RunnerWorld extends AsyncDisposable {
  readonly world: PystolControlPlane;
  /** As the administrator. */
  readonly client: Client;
  readonly folder: string;
  /** Makes a run and its Job as the operator does, and returns its pod's runner, started. */
  start(wish: RunWish, env?: Readonly<Record<string, string>>): Promise<StartedRunner>;
  run(name: string): Promise<PystolRun>;
}

export interface StartedRunner extends RunnerProcess {
  /** The run's name. */
  readonly name: string;
  readonly pod: { name: string; uid: string };
  /** Starts a second runner for the run, with a nonce of its own. */
  startRival(): Promise<RunnerProcess>;
  /** Starts the runner of the `attempt`th recovery Job. */
  startRecovery(attempt: number): Promise<RunnerProcess>;
}

export async function startRunnerWorld(
  roles: Roles,
  options: { wrapper?: readonly string[] } = {},
): Promise<RunnerWorld> {
  const folder = await mkdtemp(join(tmpdir(), "pystol-runner-"));
  const collections = join(folder, "collections");
  const bin = join(folder, "bin");
  const [world, ansible] = await Promise.all([
    startPystolControlPlane(),
    ansibleFolder(),
    buildCollection({ outDir: collections }),
    writeStrangersCollection(collections, roles),
    writeRecordCommand(bin),
  ]);
  const programs = [bin, ansible];
  const { client, controlPlane } = world;
  for (const object of fixtures)
    await client.apply(typeOf(object), object, { fieldManager: "test" });
  const operator = await world.clientOf({ namespace: "pystol-system", name: "pystol-operator" });
  let count = 0;

  async function runnerOf(
    { metadata: { name: run }, spec }: PystolRun,
    pod: { name: string; uid: string },
    env: Readonly<Record<string, string>>,
  ): Promise<RunnerProcess> {
    const own = join(folder, `pod-${++count}`);
    await mkdir(own);
    const account = spec.dryRun ? READING_ACCOUNT : ACCOUNT;
    const token = await world.tokenOf({ namespace: RUNS_NAMESPACE, name: account, pod });
    const { server, ca } = controlPlane;
    return startRunner({
      folder: own,
      server,
      ca,
      token,
      run,
      pod,
      collections,
      programs,
      env,
      ...options,
    });
  }

  /** Makes the Job; the Job controller makes its pod. */
  async function podOf(job: Job): Promise<{ name: string; uid: string }> {
    await operator.create(jobs, job);
    const labelSelector = `batch.kubernetes.io/job-name=${job.metadata.name}`;
    return eventually(async () => {
      const { items } = await client.list(pods, {
        namespace: RUNS_NAMESPACE,
        query: { labelSelector },
      });
      const [pod] = items;
      if (!pod) throw new Error(`the Job ${job.metadata.name} has no pod yet`);
      return { name: pod.metadata.name, uid: pod.metadata.uid ?? "" };
    });
  }

  return {
    ...{ world, client, folder },
    run: (name) => client.get(pystolRuns, { namespace: RUNS_NAMESPACE, name }),
    start: async (wish, env = {}) => {
      const uid = randomUUID();
      const run = await operator.create(pystolRuns, runFor(uid, wish));
      const { name } = run.metadata;
      const job = jobFor(run, 60);
      const place = await podOf(job);
      return {
        ...(await runnerOf(run, place, env)),
        ...{ name, pod: place },
        // Under the same pod's name, since the guards let no pod of another Job claim the run.
        startRival: () => runnerOf(run, place, env),
        startRecovery: async (attempt) => {
          const settings = { runnerImage: run.spec.role.image, keepSeconds: 600 };
          const pod = await podOf(recoveryJobFor(run, attempt, settings));
          return runnerOf(run, pod, { ...env, PYSTOL_RECOVERY_ATTEMPT: String(attempt) });
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** pystol-record as the image has it, but from its source. */
async function writeRecordCommand(bin: string): Promise<void> {
  const main = join(import.meta.dirname, "../../runner/record/main.ts");
  await mkdir(bin, { recursive: true });
  const text = `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`;
  await writeFile(join(bin, "pystol-record"), text, { mode: 0o755 });
}

function runFor(uid: string, { role, ...spec }: RunWish): PystolRun {
  return {
    apiVersion: pystolRuns.apiVersion,
    kind: pystolRuns.kind,
    metadata: {
      name: `pa-${uid}`,
      namespace: RUNS_NAMESPACE,
    },
    spec: {
      action: { namespace: "shop", name: "tested", uid },
      timeoutSeconds: 60,
      ...spec,
      role: {
        name: "tested",
        collection: "acme.tests",
        role: "missing",
        image: "example.org/runner:1",
        ...role,
      },
    },
  };
}

const account = { kind: "ServiceAccount", name: ACCOUNT, namespace: RUNS_NAMESPACE };

const fixtures = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", labels: { "pystol.org/enabled": "true" } },
  },
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: ACCOUNT, namespace: RUNS_NAMESPACE },
  },
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: READING_ACCOUNT, namespace: RUNS_NAMESPACE },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: ACCOUNT, namespace: "shop" },
    rules: [
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "delete"] },
      { apiGroups: [""], resources: ["secrets"], verbs: ["get"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: ACCOUNT, namespace: "shop" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: ACCOUNT },
    subjects: [account],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: READING_ACCOUNT, namespace: "shop" },
    rules: [
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["secrets"], verbs: ["get"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: READING_ACCOUNT, namespace: "shop" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: READING_ACCOUNT },
    subjects: [{ ...account, name: READING_ACCOUNT }],
  },
] as Resource[];
