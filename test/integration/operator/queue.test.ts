import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasReason } from "../../../kubernetes/errors.ts";
import { pystolActions, pystolRuns, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { configMaps } from "../../../operator/platform-stop.ts";
import { jobs } from "../../../operator/workloads.ts";
import { startOperator } from "../../support/operator-process.ts";
import { type OperatorWorld, startOperatorWorld } from "../../support/operator-world.ts";
import {
  claim,
  ended,
  jobsOf,
  report,
  runOf,
  setPodStatus,
  writeStatus,
} from "../../support/played-runner.ts";
import { eventually } from "../../support/pystol-control-plane.ts";

const LIMITS = {
  PYSTOL_MAX_CONCURRENT_ACTIONS: "1",
  PYSTOL_KEEP_SECONDS: "1",
};
let world: OperatorWorld;
beforeAll(async () => {
  world = await startOperatorWorld();
  await world.operator[Symbol.asyncDispose]();
  world.operator = await startOperator(world.world, { env: LIMITS });
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const queuedAt = (name: string, position: number | undefined) =>
  eventually(async () => {
    const { status } = await world.get(name);
    expect(status).toMatchObject({ phase: "Queued" });
    expect(status?.queuePosition).toBe(position);
    return status;
  });

async function pass(uid: string) {
  const { run, pod } = await runOf(world.world, uid);
  await claim(world.world, run, pod);
  await writeStatus(world.world, run, pod, { report: report() });
  return { run, pod };
}

describe("more actions than may run at once", () => {
  test("wait in the order of their priority, and start when a place becomes free", async () => {
    const first = await world.submit("first");
    await runOf(world.world, first);
    const low = await world.submit("low", { priority: -1 });
    await queuedAt("low", 0);
    const high = await world.submit("high", { priority: 1 });
    await queuedAt("high", 0);
    await queuedAt("low", 1);
    expect(await jobsOf(world.world, low)).toEqual([]);
    await pass(first);
    await pass(high);
    expect(await world.finished("high")).toMatchObject({ verdict: "Passed" });
    await pass(low);
    expect(await world.finished("low")).toMatchObject({ verdict: "Passed" });
  });

  test("are never more than the limit after a restart either", async () => {
    const running = await world.submit("running");
    await runOf(world.world, running);
    await world.operator.kill();
    const waiting = await world.submit("waiting");
    world.operator = await startOperator(world.world, { env: LIMITS });
    await queuedAt("waiting", 0);
    await pass(running);
    await pass(waiting);
    expect(await world.finished("waiting")).toMatchObject({ verdict: "Passed" });
  });
});

describe("a run that is over", () => {
  test("goes once Kubernetes has deleted its Job, while its action stays", async () => {
    const { run, pod } = await pass(await world.submit("kept"));
    await world.finished("kept");
    await setPodStatus(world.world, pod, ended({ exitCode: 0 }));
    const place = { namespace: RUNS_NAMESPACE, name: run.metadata.name };
    await eventually(async () => {
      for (const type of [pystolRuns, jobs] as const) {
        const isGone = await world.world.client.get<never>(type as never, place).then(
          () => false,
          (error) => hasReason(error, "NotFound"),
        );
        expect(isGone).toBe(true);
      }
    });
    expect((await world.get("kept")).status?.verdict).toBe("Passed");
  });
});

describe("the platform's stop", () => {
  const stop = (value: "true" | "false") =>
    world.world.client.apply(
      configMaps,
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "pystol-stop", namespace: "pystol-system" },
        data: { stop: value },
      },
      { fieldManager: "test" },
    );

  test("tells what runs to stop, lets nothing start, and is over when it is taken back", async () => {
    const uid = await world.submit("under-way");
    const { run, pod } = await runOf(world.world, uid);
    await claim(world.world, run, pod);
    await stop("true");
    await eventually(async () => {
      const place = { namespace: RUNS_NAMESPACE, name: run.metadata.name };
      expect((await world.world.client.get(pystolRuns, place)).spec.stop).toBe(true);
    });
    await writeStatus(world.world, run, pod, { report: report({ verdict: "Aborted" }) });
    expect(await world.finished("under-way")).toMatchObject({ verdict: "Aborted" });
    const late = await world.submit("late");
    const status = await queuedAt("late", undefined);
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({ type: "Started", status: "False", reason: "PlatformStopped" }),
    );
    await stop("false");
    await pass(late);
    expect(await world.finished("late")).toMatchObject({ verdict: "Passed" });
    await world.world.client.delete(pystolActions, { namespace: "shop", name: "late" });
  });
});
