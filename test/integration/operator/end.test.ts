import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasReason } from "../../../kubernetes/errors.ts";
import { pystolActions, pystolRuns, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { pods } from "../../../operator/workloads.ts";
import { startOperator } from "../../support/operator-process.ts";
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
import { eventually } from "../../support/pystol-control-plane.ts";

let world: OperatorWorld;
beforeAll(async () => {
  world = await startOperatorWorld();
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const isGone = (request: Promise<unknown>) =>
  request.then(
    () => false,
    (error) => hasReason(error, "NotFound"),
  );

describe("an operator that is killed", () => {
  test("goes on where it was, and makes no second Job", async () => {
    const uid = await world.submit("survivor");
    const { run, pod } = await runOf(world.world, uid);
    await world.operator.kill();
    await claim(world.world, run, pod);
    await writeStatus(world.world, run, pod, { report: report() });
    world.operator = await startOperator(world.world);
    expect(await world.finished("survivor")).toMatchObject({ verdict: "Passed" });
    expect(await jobsOf(world.world, uid)).toHaveLength(1);
  });
});

describe("deleting an action", () => {
  test("ends its run, and takes the Job, the pod and the record away", async () => {
    const uid = await world.submit("deleted");
    const { run, pod } = await runOf(world.world, uid);
    await bind(world.world, pod, "node-1");
    await claim(world.world, run, pod);
    await world.world.client.delete(pystolActions, { namespace: "shop", name: "deleted" });
    await eventually(async () => {
      const { metadata } = await world.world.client.get(pods, {
        namespace: RUNS_NAMESPACE,
        name: pod.metadata.name,
      });
      expect(metadata.deletionTimestamp).toBeTruthy();
    });
    await setPodStatus(world.world, pod, ended({ exitCode: 143 }));
    const place = { namespace: RUNS_NAMESPACE, name: pod.metadata.name };
    // The kubelet's last word on a pod that it ended.
    await world.world.client.delete(pods, place, { gracePeriodSeconds: 0 });
    await eventually(async () => {
      expect(await isGone(world.get("deleted"))).toBe(true);
      expect(
        await isGone(
          world.world.client.get(pystolRuns, {
            namespace: RUNS_NAMESPACE,
            name: run.metadata.name,
          }),
        ),
      ).toBe(true);
      expect(await jobsOf(world.world, uid)).toHaveLength(0);
    });
  });

  test("happens by itself, ttlSecondsAfterFinished after the verdict", async () => {
    const { run, pod } = await runOf(
      world.world,
      await world.submit("short-lived", { ttlSecondsAfterFinished: 1 }),
    );
    await claim(world.world, run, pod);
    await writeStatus(world.world, run, pod, { report: report() });
    await world.finished("short-lived");
    await setPodStatus(world.world, pod, ended({ exitCode: 0 }));
    await eventually(async () => expect(await isGone(world.get("short-lived"))).toBe(true));
  });
});
