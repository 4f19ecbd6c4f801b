import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../../kubernetes/client.ts";
import { type PystolRun, pystolRuns, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { jobs } from "../../../operator/workloads.ts";
import { pod, refusalOf } from "../../support/attempts.ts";
import { type GuardsWorld, leases, runNamed, startGuardsWorld } from "./guards-world.ts";

let world: GuardsWorld;
beforeAll(async () => {
  world = await startGuardsWorld();
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

let number = 0;
const lock = (holderIdentity: string, name = `lock-killpods-${++number}`) => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name, namespace: RUNS_NAMESPACE },
  spec: { holderIdentity },
});
const place = ({ metadata }: ReturnType<typeof lock>) => ({
  namespace: RUNS_NAMESPACE,
  name: metadata.name,
});
const runnerOf = async (): Promise<{ run: PystolRun; client: Client }> => {
  const { run, pod } = await world.makeRun();
  return { run, client: await world.inPod(pod) };
};

describe("a lock", () => {
  test("is made and released by its run's runner or recovery pod, or released by the operator", async () => {
    const { run, client } = await runnerOf();
    const { name } = run.metadata;
    const recovery = await world.inPod(await world.makeJobPod(`${name}-r1`));
    for (const releasing of [client, recovery, world.operator]) {
      const made = lock(name);
      await client.create(leases, made);
      await releasing.delete(leases, place(made));
    }
  });

  test("is made for no other run, and released by no other", async () => {
    const { run, client } = await runnerOf();
    const { run: other, client: otherClient } = await runnerOf();
    const denied = /a lock is made and released by a pod of the run that holds it/;
    expect(await refusalOf(client.create(leases, lock(other.metadata.name)))).toMatch(denied);
    expect(await refusalOf(client.create(leases, lock("pa")))).toMatch(denied);
    expect(await refusalOf(client.create(leases, lock("")))).toMatch(/denied|Invalid|invalid/);
    const made = lock(run.metadata.name);
    await client.create(leases, made);
    for (const thief of [otherClient, world.admin]) {
      expect(await refusalOf(thief.delete(leases, place(made)))).toMatch(denied);
      const mine = { spec: { holderIdentity: other.metadata.name } };
      expect(await refusalOf(thief.mergePatch(leases, place(made), mine))).toMatch(denied);
    }
    const all = { method: "DELETE", path: pathOfLeases } as const;
    expect(await refusalOf(world.admin.request(all))).toMatch(denied);
  });

  test("is a Lease with a lock's name", async () => {
    const { run, client } = await runnerOf();
    expect(await refusalOf(client.create(leases, lock(run.metadata.name, "other")))).toMatch(
      /may not create the Lease other/,
    );
  });

  test("is nothing that a dry run makes", async () => {
    const { run } = await world.makeRun();
    const name = `${run.metadata.name}-r7`;
    const client = await world.inPod(await world.makeJobPod(name, "pystol-dryrun-killpods"));
    expect(await refusalOf(client.create(leases, lock(run.metadata.name)))).toMatch(
      /may not create/,
    );
  });
});

const pathOfLeases = `/apis/coordination.k8s.io/v1/namespaces/${RUNS_NAMESPACE}/leases`;

test("nobody but the operator says who leads", async () => {
  const metadata = { name: "pystol-operator", namespace: "pystol-system" };
  const lease = { ...lock("me"), metadata };
  const denied = /may not (create|update|delete) the Lease pystol-operator in pystol-system/;
  expect(await refusalOf(world.admin.create(leases, lease))).toMatch(denied);
  await world.operator.create(leases, lease);
  expect(
    await refusalOf(world.admin.mergePatch(leases, metadata, { spec: { holderIdentity: "you" } })),
  ).toMatch(denied);
  expect(await refusalOf(world.admin.delete(leases, metadata))).toMatch(denied);
});

describe("the platform's stop", () => {
  const configMaps = {
    apiVersion: "v1",
    kind: "ConfigMap",
    plural: "configmaps",
    namespaced: true,
  };
  const set = (stop: string) =>
    world.admin.apply(
      configMaps,
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "pystol-stop", namespace: "pystol-system" },
        data: { stop },
      } as never,
      { fieldManager: "test" },
    );
  const dryRun = { dryRun: "All" };
  const run = () => world.operator.create(pystolRuns, runNamed("pa-stop"), dryRun);
  const job = (name: string) => {
    const { spec } = pod("x", "x") as unknown as { spec: object };
    const template = { spec: { ...spec, restartPolicy: "Never" } };
    const metadata = { name, namespace: RUNS_NAMESPACE };
    const object = { apiVersion: "batch/v1", kind: "Job", metadata, spec: { template } };
    return world.operator.create(jobs, object as never, dryRun);
  };
  /** Milliseconds until an attempt has that outcome, by looking again and again. */
  const until = async (attempt: () => Promise<unknown>, expected: RegExp): Promise<number> => {
    const start = performance.now();
    await expect
      .poll(() => refusalOf(attempt()), { interval: 1, timeout: 30_000 })
      .toMatch(expected);
    return performance.now() - start;
  };

  test("holds up the operator's own runs and Jobs, lets recovery Jobs through, and ends", async () => {
    await run();
    const took: number[] = [];
    for (const _ of Array.from({ length: 5 })) {
      await set("true");
      took.push(await until(run, /Pystol is stopped by the ConfigMap pystol-stop/));
      expect(await refusalOf(job("pa-1"))).toMatch(/Pystol is stopped/);
      await job("pa-1-r1");
      await set("false");
      await until(run, /it was allowed/);
    }
    const shown = took.map((ms) => ms.toFixed(0)).join(", ");
    console.log(`pystol-stop was acted on ${shown} ms after it was set`);
    await world.admin.delete(configMaps, { namespace: "pystol-system", name: "pystol-stop" });
    await until(run, /it was allowed/);
  });
});
