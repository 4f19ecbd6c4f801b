import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Resource } from "../../../kubernetes/resources.ts";
import { startOperator } from "../../support/operator-process.ts";
import { type OperatorWorld, startOperatorWorld } from "../../support/operator-world.ts";
import { claim, jobsOf, report, runOf, writeStatus } from "../../support/played-runner.ts";
import { eventually, typeOf } from "../../support/pystol-control-plane.ts";

let world: OperatorWorld;
beforeAll(async () => {
  world = await startOperatorWorld();
  await world.operator[Symbol.asyncDispose]();
  world.operator = await startOperator(world.world, {
    env: { PYSTOL_MAX_CONCURRENT_ACTIONS_PER_NAMESPACE: "1" },
  });
  const cafe = {
    ...{ apiVersion: "v1", kind: "Namespace" },
    metadata: { name: "cafe", labels: { "pystol.org/enabled": "true" } },
  } as Resource;
  await world.world.client.apply(typeOf(cafe), cafe, { fieldManager: "test" });
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

async function pass(uid: string): Promise<void> {
  const { run, pod } = await runOf(world.world, uid);
  await claim(world.world, run, pod);
  await writeStatus(world.world, run, pod, { report: report() });
}

const waits = (name: string) =>
  eventually(async () => {
    const { status } = await world.get(name);
    expect(status, world.operator.log().slice(-1500)).toMatchObject({
      phase: "Queued",
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: "Started", status: "False", reason: "NamespaceQuota" }),
      ]),
    });
  });

describe("a namespace's quota", () => {
  test("holds back its own actions and nobody else's, until one of its own ends", async () => {
    const first = await world.submit("first");
    await runOf(world.world, first);
    const second = await world.submit("second", { priority: 9 });
    await waits("second");
    const elsewhere = await world.submit("elsewhere", {}, "cafe");
    await pass(elsewhere);
    expect(await world.finished("elsewhere", "cafe")).toMatchObject({ verdict: "Passed" });
    expect(await jobsOf(world.world, second)).toEqual([]);
    await pass(first);
    await pass(second);
    expect(await world.finished("second")).toMatchObject({ verdict: "Passed" });
  });
});

describe("an action that waits", () => {
  test("is an Error when its start deadline has passed, which says what it waited for, and nothing was made", async () => {
    const before = await world.submit("before");
    await runOf(world.world, before);
    const late = await world.submit("late", { startDeadline: "3s" });
    await waits("late");
    const status = await world.finished("late");
    expect(status).toMatchObject({
      verdict: "Error",
      message: expect.stringMatching(
        /did not start it within 3 s .*namespace run as may.*Nothing was injected/,
      ),
    });
    expect(status.queuePosition).toBeUndefined();
    expect(status).not.toHaveProperty("run");
    expect(await jobsOf(world.world, late)).toEqual([]);
    await pass(before);
    expect(await world.finished("before")).toMatchObject({ verdict: "Passed" });
  });

  test("is Aborted at once when it is stopped", async () => {
    const before = await world.submit("running");
    await runOf(world.world, before);
    await world.submit("unwanted");
    await waits("unwanted");
    await world.world.client.mergePatch(
      typeOf({ apiVersion: "pystol.org/v1alpha1", kind: "PystolAction" } as Resource),
      { namespace: "shop", name: "unwanted" },
      { spec: { stop: true } },
    );
    expect(await world.finished("unwanted")).toMatchObject({ verdict: "Aborted" });
    await pass(before);
  });
});
