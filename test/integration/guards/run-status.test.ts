import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../../kubernetes/client.ts";
import { type PystolRun, pystolRuns } from "../../../kubernetes/resources.ts";
import { type Pod, pods } from "../../../operator/workloads.ts";
import { refusalOf } from "../../support/attempts.ts";
import { report } from "../../support/played-runner.ts";
import { type GuardsWorld, helperPod, startGuardsWorld, statusOf } from "./guards-world.ts";

let world: GuardsWorld;
beforeAll(async () => {
  world = await startGuardsWorld();
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const now = () => new Date().toISOString();
const identity = ({ metadata }: Pod) => ({
  podName: metadata.name,
  podUID: metadata.uid,
  time: now(),
});
const claimOf = (pod: Pod) => ({
  claim: { ...identity(pod), nonceSHA256: createHash("sha256").update("n").digest("hex") },
});
const record = (id: string, state = "Open") => ({ id, module: "pystol.actions.patch", state });
const write = (client: Client, run: PystolRun, status: unknown) =>
  client.mergePatch(pystolRuns, statusOf(run), { status });

/** A run that its pod has claimed, with one open record. */
async function claimedRun() {
  const { run, pod } = await world.makeRun();
  const runner = await world.inPod(pod);
  await write(runner, run, claimOf(pod));
  await write(runner, run, { records: [record("one")] });
  return { run, pod, runner };
}

/** A pod of the recovery Job of that attempt, and the recovery that it writes. */
async function recoveryOf(run: PystolRun, attempt: number) {
  const pod = await world.makeJobPod(`${run.metadata.name}-r${attempt}`);
  return { pod, client: await world.inPod(pod), recovery: { attempt, ...identity(pod) } };
}

describe("a runner", () => {
  test("claims its own run and writes what it found and did", async () => {
    const { run, runner } = await claimedRun();
    await write(runner, run, { injectedTime: now(), records: [record("one"), record("two")] });
    await write(runner, run, { records: [record("one", "Done"), record("two", "Done")] });
    const last = report();
    await write(runner, run, { report: last });
    await write(runner, run, { report: last });
  });

  test("writes nothing into another run, and claims none in another pod's name", async () => {
    const { run: other, pod: otherPod } = await world.makeRun();
    const { pod, runner } = await claimedRun();
    expect(await refusalOf(write(runner, other, claimOf(pod)))).toMatch(/written by its own pod/);
    const { run: mine, pod: minePod } = await world.makeRun();
    const own = await world.inPod(minePod);
    expect(await refusalOf(write(own, mine, claimOf(otherPod)))).toMatch(/only the pod that claim/);
    const odd = { claim: { ...claimOf(minePod).claim, podUID: "another" } };
    expect(await refusalOf(write(own, mine, odd))).toMatch(/only the pod that claimed the run/);
  });

  test("is not believed with a token that no pod holds", async () => {
    const { run } = await claimedRun();
    const stolen = await world.world.clientOf({
      namespace: "pystol-runs",
      name: "pystol-role-killpods",
    });
    expect(await refusalOf(write(stolen, run, { injectedTime: now() }))).toMatch(/its own pod/);
  });

  test("adds no target to those that were chosen", async () => {
    const { run, runner } = await claimedRun();
    const target = (name: string) => ({ apiVersion: "v1", kind: "Pod", name, uid: `${name}-uid` });
    await write(runner, run, { targets: [target("web")] });
    await write(runner, run, { targets: [target("web")] });
    const wider = write(runner, run, { targets: [target("web"), target("db")] });
    expect(await refusalOf(wider)).toMatch(/status.targets is immutable/);
    expect(await refusalOf(write(runner, run, { targets: null }))).toMatch(/targets is immutable/);
  });

  test("takes away no undo record", async () => {
    const { run, runner } = await claimedRun();
    expect(await refusalOf(write(runner, run, { records: [] }))).toMatch(/never taken away/);
  });

  test("answers for no node, and recovers in no other pod's name", async () => {
    const { run, pod, runner } = await claimedRun();
    const answer = { id: "a", state: "Applied", podName: pod.metadata.name, time: now() };
    for (const status of [
      { nodeAnswers: [answer] },
      { recovery: { attempt: 1, ...identity(pod) } },
    ]) {
      expect(await refusalOf(write(runner, run, status))).toMatch(
        /writes neither status\.recovery/,
      );
    }
  });

  test("that comes back after a recovery pod took over can store no record, so it injects no more", async () => {
    const { run, runner } = await claimedRun();
    const { client, recovery } = await recoveryOf(run, 1);
    await write(client, run, { recovery });
    for (const status of [{ records: [record("one"), record("two")] }, { report: report() }]) {
      expect(await refusalOf(write(runner, run, status))).toMatch(/has taken the run over/);
    }
  });
});

describe("a recovery pod", () => {
  test("takes the run over and closes its records; a later one takes over from it", async () => {
    const { run } = await claimedRun();
    const first = await recoveryOf(run, 1);
    await write(first.client, run, { recovery: first.recovery });
    await write(first.client, run, { records: [{ ...record("one"), attempts: 1 }] });
    const second = await recoveryOf(run, 2);
    await write(second.client, run, { recovery: second.recovery });
    expect(await refusalOf(write(first.client, run, { records: [record("one", "Done")] }))).toMatch(
      /only the pod of the newest recovery/,
    );
    await write(second.client, run, { records: [record("one", "Done")], recoveredTime: now() });
  });

  test("writes nothing before it has taken over, nor under another attempt's number", async () => {
    const { run } = await claimedRun();
    const { client, recovery } = await recoveryOf(run, 3);
    const done = { records: [record("one", "Done")] };
    expect(await refusalOf(write(client, run, done))).toMatch(/newest recovery/);
    const early = { recovery: { ...recovery, attempt: 4 } };
    expect(await refusalOf(write(client, run, early))).toMatch(/newest recovery, under its own/);
  });

  test("claims nothing, reports nothing, and adds no record", async () => {
    const { run } = await world.makeRun();
    const { pod, client, recovery } = await recoveryOf(run, 1);
    expect(await refusalOf(write(client, run, { recovery, ...claimOf(pod) }))).toMatch(
      /writes status\.recovery, records, recoveredTime and nodeOrders alone/,
    );
    await write(client, run, { recovery });
    expect(await refusalOf(write(client, run, { report: report() }))).toMatch(/alone/);
    expect(await refusalOf(write(client, run, { injectedTime: now() }))).toMatch(/alone/);
    expect(await refusalOf(write(client, run, { records: [record("mine")] }))).toMatch(
      /adds no undo record/,
    );
  });

  test("of another run is a stranger", async () => {
    const { run } = await claimedRun();
    const { run: other } = await claimedRun();
    const { client, recovery } = await recoveryOf(other, 1);
    expect(await refusalOf(write(client, run, { recovery }))).toMatch(/written by its own pod/);
  });
});

describe("a node helper", () => {
  const helperOf = async (run: PystolRun, digits: string) => {
    const pod = helperPod(`${run.metadata.name}-n${digits}`, "n1");
    const made = await world.operator.create(pods, pod);
    const podName = made.metadata.name;
    const answer = (id: string, state = "Applied") => ({ id, state, podName, time: now() });
    return { client: await world.inPod(made), answer };
  };

  test("answers for its own node alone, in its own run alone", async () => {
    const { run } = await claimedRun();
    const { run: other } = await claimedRun();
    const one = await helperOf(run, "00000001");
    const two = await helperOf(run, "00000002");
    const first = one.answer("a");
    await write(one.client, run, { nodeAnswers: [first] });
    await write(two.client, run, { nodeAnswers: [first, two.answer("b")] });
    expect(await refusalOf(write(two.client, run, { nodeAnswers: [two.answer("b")] }))).toMatch(
      /answers for its own node alone/,
    );
    expect(
      await refusalOf(write(two.client, run, { nodeAnswers: [{ ...first, state: "Removed" }] })),
    ).toMatch(/answers for its own node alone/);
    expect(await refusalOf(write(one.client, other, { nodeAnswers: [one.answer("a")] }))).toMatch(
      /written by its own pod/,
    );
  });

  test("writes nothing else, with an answer or without", async () => {
    const { run } = await claimedRun();
    const { client, answer } = await helperOf(run, "00000003");
    const statuses = [
      { injectedTime: now() },
      { records: [] },
      { report: report() },
      { claim: null },
      { nodeAnswers: [answer("a")], records: [record("one", "Done")] },
    ];
    for (const status of statuses) {
      expect(await refusalOf(write(client, run, status))).toMatch(
        /writes status\.nodeAnswers alone|immutable/,
      );
    }
  });

  test("is none without the helpers' account, whatever its pod is called", async () => {
    const { run } = await claimedRun();
    const pod = await world.makeJobPod(`${run.metadata.name}-n00000004`);
    const client = await world.inPod(pod);
    const answer = { id: "a", state: "Applied", podName: pod.metadata.name, time: now() };
    expect(await refusalOf(write(client, run, { nodeAnswers: [answer] }))).toMatch(
      /written by its own pod/,
    );
  });
});
