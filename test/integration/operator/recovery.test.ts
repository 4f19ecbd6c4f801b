import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasReason } from "../../../kubernetes/errors.ts";
import {
  pystolActions,
  pystolRuns,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { leases } from "../../../operator/locks.ts";
import { jobs, type Pod, pods } from "../../../operator/workloads.ts";
import { startOperator } from "../../support/operator-process.ts";
import { type OperatorWorld, startOperatorWorld } from "../../support/operator-world.ts";
import {
  bind,
  claim,
  ended,
  runOf,
  setPodStatus,
  writeStatus,
} from "../../support/played-runner.ts";
import { eventually, typeOf } from "../../support/pystol-control-plane.ts";

let world: OperatorWorld;
beforeAll(async () => {
  world = await startOperatorWorld();
  for (const object of undoableRole) {
    await world.world.client.apply(typeOf(object), object, { fieldManager: "test" });
  }
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const undoableRole = [
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "pystol-role-undoable", namespace: RUNS_NAMESPACE },
  },
  {
    apiVersion: "pystol.org/v1alpha1",
    kind: "PystolRole",
    metadata: { name: "undoable" },
    spec: {
      collection: "a.b",
      role: "undoable",
      phased: true,
      undoable: true,
      actsOn: { apiVersion: "v1", kind: "Pod" },
    },
  },
] as Resource[];

const record = (id: string, state = "Open") => ({
  ...{ id, state, module: "pystol.actions.patch", args: {}, attempts: 0 },
});

/** An action whose runner has injected, recorded two changes, and holds a lock. */
async function injected(name: string) {
  const uid = await world.submit(name, { role: "undoable" });
  const { run, pod } = await runOf(world.world, uid);
  await bind(world.world, pod, "node-1");
  await claim(world.world, run, pod);
  await writeStatus(world.world, run, pod, { records: [record("a"), record("b")] });
  const lock = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: `lock-undoable-${uid}`, namespace: RUNS_NAMESPACE, labels: labels(uid) },
    spec: { holderIdentity: run.metadata.name },
  };
  const account = { name: pod.metadata.name, uid: pod.metadata.uid ?? "" };
  const runner = await world.world.clientOf({
    namespace: RUNS_NAMESPACE,
    name: "pystol-role-undoable",
    pod: account,
  });
  await runner.create(leases, lock);
  return { uid, run, pod };
}

const labels = (uid: string) => ({
  "app.kubernetes.io/managed-by": "pystol",
  "pystol.org/action-uid": uid,
  "pystol.org/action-namespace": "shop",
});

/** The pod of the `n`th recovery of a run, once the Job controller has made it. */
function recoveryPod(uid: string, attempt: number): Promise<Pod> {
  return eventually(async () => {
    const { items } = await world.world.client.list(pods, {
      namespace: RUNS_NAMESPACE,
      query: { labelSelector: `pystol.org/action-uid=${uid}` },
    });
    const found = items.find(({ metadata }) => metadata.name.startsWith(`pa-${uid}-r${attempt}-`));
    if (!found)
      throw new Error(`no pod of attempt ${attempt}: ${world.operator.log().slice(-1500)}`);
    return found;
  });
}

/** Plays a recovery pod: takes the run over, then closes its records. */
async function recover(uid: string, attempt: number, states: string[]): Promise<void> {
  const pod = await recoveryPod(uid, attempt);
  const place = { namespace: RUNS_NAMESPACE, name: `pa-${uid}` };
  const run = await world.world.client.get(pystolRuns, place);
  const { name: podName, uid: podUID } = pod.metadata;
  const recovery = { attempt, podName, podUID, time: new Date().toISOString() };
  const records = ["a", "b"].map((id, index) => record(id, states[index]));
  const recoveredTime = new Date().toISOString();
  const isDone = states.every((state) => state !== "Open");
  await writeStatus(world.world, run, pod, {
    ...{ recovery, records },
    ...(isDone ? { recoveredTime } : {}),
  });
  await setPodStatus(world.world, pod, ended({ exitCode: isDone ? 0 : 1 }));
}

const isGone = (request: Promise<unknown>) =>
  request.then(
    () => false,
    (error) => hasReason(error, "NotFound"),
  );

async function everythingIsGone(name: string, uid: string): Promise<void> {
  await eventually(async () => {
    expect(await isGone(world.get(name)), world.operator.log().slice(-2000)).toBe(true);
    const { client } = world.world;
    const place = { namespace: RUNS_NAMESPACE, name: `pa-${uid}` };
    expect(await isGone(client.get(pystolRuns, place))).toBe(true);
    const query = { labelSelector: `pystol.org/action-uid=${uid}` };
    for (const type of [jobs, pods, leases] as ResourceType[]) {
      expect((await client.list(type, { namespace: RUNS_NAMESPACE, query })).items).toEqual([]);
    }
  });
}

describe("a runner that is killed after it injected", () => {
  test("is undone by recovery Jobs, one after another, before the verdict, which says so", async () => {
    const { uid, pod } = await injected("killed");
    await setPodStatus(world.world, pod, ended({ exitCode: 137 }));
    await recover(uid, 1, ["Done", "Open"]);
    expect((await world.get("killed")).status).toMatchObject({ phase: "Recovering" });
    await recover(uid, 2, ["Done", "Done"]);
    const status = await world.finished("killed");
    expect(status).toMatchObject({
      verdict: "Error",
      verified: false,
      message: expect.stringMatching(/SIGKILL.*All 2 recorded changes are undone/),
      recoveredTime: expect.any(String),
    });
    const { metadata } = await world.get("killed");
    expect(metadata.finalizers ?? []).toEqual([]);
    await eventually(async () => {
      const place = { namespace: RUNS_NAMESPACE, name: `lock-undoable-${uid}` };
      expect(await isGone(world.world.client.get(leases, place))).toBe(true);
    });
  });

  test("is undone after the operator was killed too", async () => {
    const { uid, pod } = await injected("both-killed");
    await world.operator.kill();
    await setPodStatus(world.world, pod, ended({ exitCode: 137 }));
    world.operator = await startOperator(world.world);
    await recover(uid, 1, ["Done", "Conflict"]);
    const status = await world.finished("both-killed");
    expect(status).toMatchObject({
      verdict: "Error",
      message: expect.stringMatching(/b \(changed by somebody else meanwhile\)/),
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: "Recovered", status: "False", reason: "UndoConflict" }),
      ]),
    });
  });
});

describe("deleting an action whose fault is under way", () => {
  const remove = (name: string) =>
    world.world.client.delete(pystolActions, { namespace: "shop", name });
  /** The kubelet's last word on a pod that it ended. */
  const finish = async (pod: Pod) => {
    await eventually(async () => {
      const place = { namespace: RUNS_NAMESPACE, name: pod.metadata.name };
      const { metadata } = await world.world.client.get(pods, place);
      expect(metadata.deletionTimestamp).toBeTruthy();
    });
    await setPodStatus(world.world, pod, ended({ exitCode: 143 }));
    await world.world.client
      .delete(
        pods,
        { namespace: RUNS_NAMESPACE, name: pod.metadata.name },
        { gracePeriodSeconds: 0 },
      )
      .catch(() => undefined);
  };

  test("undoes what is recorded before anything goes, then leaves nothing behind", async () => {
    const { uid, pod } = await injected("undone-then-deleted");
    await remove("undone-then-deleted");
    await finish(pod);
    await recover(uid, 1, ["Done", "Done"]);
    await everythingIsGone("undone-then-deleted", uid);
  });

  test("does the same where the action was deleted while the operator was away, and its finalizer taken", async () => {
    const { uid, run, pod } = await injected("torn-away");
    await world.operator.kill();
    await remove("torn-away");
    const place = { namespace: "shop", name: "torn-away" };
    await world.world.client.mergePatch(pystolActions, place, { metadata: { finalizers: null } });
    expect(await isGone(world.get("torn-away"))).toBe(true);
    world.operator = await startOperator(world.world);
    await finish(pod);
    await recover(uid, 1, ["Done", "Done"]);
    await everythingIsGone("torn-away", uid);
    expect(run.metadata.finalizers).toEqual(["pystol.org/recovery"]);
  });
});
