import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasReason } from "../../../kubernetes/errors.ts";
import {
  namespaces,
  pystolActions,
  pystolRuns,
  type Resource,
  RUNS_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { type Pod, pods } from "../../../operator/workloads.ts";
import { type OperatorWorld, startOperatorWorld } from "../../support/operator-world.ts";
import {
  bind,
  claim,
  ended,
  jobsOf,
  report,
  runOf,
  setPodStatus,
  writeStatus,
} from "../../support/played-runner.ts";
import { eventually, typeOf } from "../../support/pystol-control-plane.ts";

const CLOCK = join(import.meta.dirname, "../../support/preload/clock.ts");
/** More than a deleted pod's grace period and the time after which its token is void. */
const LATER_MS = 10 * 60_000;

let world: OperatorWorld;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pystol-losses-"));
  world = await startOperatorWorld({
    env: { NODE_OPTIONS: `--import=${CLOCK}`, CLOCK_FILE: join(folder, "clock") },
  });
  for (const object of fixtures) {
    await world.world.client.apply(typeOf(object), object, { fieldManager: "test" });
  }
}, 300_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const account = (name: string) => ({
  ...{ apiVersion: "v1", kind: "ServiceAccount" },
  metadata: { name, namespace: RUNS_NAMESPACE },
});
const roleNamed = (name: string, spec: object) => ({
  ...{ apiVersion: "pystol.org/v1alpha1", kind: "PystolRole", metadata: { name } },
  spec: { collection: "a.b", role: "r", actsOn: { apiVersion: "v1", kind: "Pod" }, ...spec },
});
const git = { url: "https://example.org/roles.git", commit: "a".repeat(40) };
const fixtures = [
  ...["pystol-role-undoable", "pystol-role-fetched", "pystol-dryrun-undoable"].map(account),
  roleNamed("undoable", { phased: true, undoable: true }),
  roleNamed("fetched", { source: { git } }),
  {
    ...{ apiVersion: "v1", kind: "Namespace" },
    metadata: { name: "doomed", labels: { "pystol.org/enabled": "true" } },
  },
] as Resource[];

const record = (state = "Open") => ({
  ...{ id: "the-change", state, module: "pystol.actions.patch", args: {}, attempts: 0 },
});
const inRuns = (name: string) => ({ namespace: RUNS_NAMESPACE, name });
const isGone = (request: Promise<unknown>) =>
  request.then(
    () => false,
    (error) => hasReason(error, "NotFound"),
  );

/** An action whose runner, on a node, has claimed the run and recorded a change. */
async function injected(name: string, namespace = "shop") {
  const uid = await world.submit(name, { role: "undoable" }, namespace);
  const { run, pod } = await runOf(world.world, uid);
  await bind(world.world, pod, "node-1");
  await claim(world.world, run, pod);
  await writeStatus(world.world, run, pod, { records: [record()] });
  return { uid, run, pod };
}

async function isAskedToEnd(pod: Pod): Promise<void> {
  await eventually(async () => {
    const { metadata } = await world.world.client.get(pods, inRuns(pod.metadata.name));
    expect(metadata.deletionTimestamp, world.operator.log().slice(-1500)).toBeTruthy();
  });
}

/** The kubelet's last word on a pod that was asked to end. */
async function endPod(pod: Pod): Promise<void> {
  await isAskedToEnd(pod);
  await setPodStatus(world.world, pod, ended({ exitCode: 143 }));
  const place = inRuns(pod.metadata.name);
  await world.world.client
    .delete(pods, place, { gracePeriodSeconds: 0 })
    .catch((error) => expect(hasReason(error, "NotFound")).toBe(true));
}

/** Plays the first recovery Job's pod. */
async function recover(uid: string, withinMs = 30_000): Promise<void> {
  const pod = await eventually(async () => {
    const query = { labelSelector: `pystol.org/action-uid=${uid}` };
    const { items } = await world.world.client.list(pods, { namespace: RUNS_NAMESPACE, query });
    const found = items.find(({ metadata }) => metadata.name.startsWith(`pa-${uid}-r1-`));
    if (!found) throw new Error(`no recovery pod: ${world.operator.log().slice(-1500)}`);
    return found;
  }, withinMs);
  const run = await world.world.client.get(pystolRuns, inRuns(`pa-${uid}`));
  const time = new Date().toISOString();
  const { name: podName, uid: podUID } = pod.metadata;
  const recovery = { attempt: 1, podName, podUID, time };
  const status = { recovery, records: [record("Done")], recoveredTime: time };
  await writeStatus(world.world, run, pod, status);
  await setPodStatus(world.world, pod, ended({ exitCode: 0 }));
}

/** The guards let no user delete a run; who is past them, as with the operator's own account, can. */
async function deleteRun(name: string): Promise<void> {
  const operator = { namespace: "pystol-system", name: "pystol-operator" };
  await (await world.world.clientOf(operator)).delete(pystolRuns, inRuns(name));
}

describe("a run that is deleted by hand", () => {
  test("is an Error and is not made again, where its role leaves nothing to undo", async () => {
    const uid = await world.submit("torn-plain");
    const { run, pod } = await runOf(world.world, uid);
    await claim(world.world, run, pod);
    await eventually(async () =>
      expect((await world.get("torn-plain")).status?.phase).toBe("Running"),
    );
    await deleteRun(run.metadata.name);
    const status = await world.finished("torn-plain");
    expect(status).toMatchObject({ verdict: "Error", verified: false });
    expect(status.message).toMatch(/was deleted before it reported.*may have been injected/);
    await setPodStatus(world.world, pod, ended({ exitCode: 143 }));
    await eventually(async () => expect(await jobsOf(world.world, uid)).toEqual([]));
    expect(await isGone(world.world.client.get(pystolRuns, inRuns(run.metadata.name)))).toBe(true);
  });

  test("is undone before the verdict, which says so, and before it goes", async () => {
    const { uid, run, pod } = await injected("torn-undoable");
    await deleteRun(run.metadata.name);
    await endPod(pod);
    await recover(uid);
    expect(await world.finished("torn-undoable")).toMatchObject({
      verdict: "Error",
      message: expect.stringMatching(
        /was deleted before it reported.*1 recorded changes are undone/,
      ),
    });
    await eventually(async () =>
      expect(await isGone(world.world.client.get(pystolRuns, inRuns(run.metadata.name)))).toBe(
        true,
      ),
    );
  });
});

describe("a role's source", () => {
  test("that cannot be fetched is an Error that says why, and nothing was injected", async () => {
    const uid = await world.submit("not-fetched", { role: "fetched" });
    const { pod } = await runOf(world.world, uid);
    const message = "https://example.org/roles.git answered 404.";
    const terminated = { exitCode: 1, message };
    const name = "fetch";
    const fetch = { name, image: "x", imageID: "", ready: false, restartCount: 0 };
    await setPodStatus(world.world, pod, {
      phase: "Failed",
      initContainerStatuses: [{ ...fetch, state: { terminated } }],
    } as never);
    const status = await world.finished("not-fetched");
    expect(status).toMatchObject({
      verdict: "Error",
      message: expect.stringMatching(/could not be fetched: .*answered 404.*Nothing was injected/),
    });
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: "Failed", reason: "SourceFailed" }),
    );
  });
});

describe("a dry run", () => {
  test("has the account that may only read, and nothing that waits for an undoing", async () => {
    const uid = await world.submit("dry", { role: "undoable", dryRun: true });
    const { run, pod } = await runOf(world.world, uid);
    expect(pod.spec).toMatchObject({ serviceAccountName: "pystol-dryrun-undoable" });
    expect(run.metadata.finalizers ?? []).toEqual([]);
    expect((await world.get("dry")).metadata.finalizers ?? []).toEqual([]);
    await claim(world.world, run, pod);
    await writeStatus(world.world, run, pod, { report: report({ verified: false }) });
    expect(await world.finished("dry")).toMatchObject({ verdict: "Passed" });
  });
});

describe("a namespace that is deleted while a fault is under way in it", () => {
  test("goes when the fault is undone, and not before", async () => {
    const { uid, pod } = await injected("in-doomed", "doomed");
    await world.world.client.delete(namespaces, { name: "doomed" });
    await endPod(pod);
    const { metadata } = await world.world.client.get(namespaces, { name: "doomed" });
    expect(metadata.deletionTimestamp).toBeTruthy();
    await recover(uid);
    await eventually(async () => {
      const { client } = world.world;
      expect(await isGone(client.get(namespaces, { name: "doomed" }))).toBe(true);
      expect(await isGone(client.get(pystolRuns, inRuns(`pa-${uid}`)))).toBe(true);
    }, 55_000);
  });
});

describe("a runner on a node that does not answer any more", () => {
  test("counts as over when its token is void, and is undone then", async () => {
    const { uid, pod } = await injected("lost-node");
    // The node's controller asks the pod to end, and no kubelet does it.
    await world.world.client.delete(pods, inRuns(pod.metadata.name));
    await isAskedToEnd(pod);
    await writeFile(join(folder, "clock"), String(LATER_MS));
    world.operator.signal("SIGUSR2");
    // That clock is not what counts: the pod's grace and 90 s of the API server's time have to pass.
    await recover(uid, 200_000);
    expect(await world.finished("lost-node")).toMatchObject({
      verdict: "Error",
      message: expect.stringMatching(/1 recorded changes are undone/),
    });
    await world.world.client.delete(pystolActions, { namespace: "shop", name: "lost-node" });
  }, 300_000);
});
