import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Pod } from "../../operator/workloads.ts";
import { eventually } from "../support/pystol-control-plane.ts";
import { deployments, type FaultWorld, faultWorld, isReady } from "./fault-world.ts";

const started = inject("started");
const why = started.skipReason ? ` (skipped: ${started.skipReason})` : "";

describe.skipIf(started.skipReason)(`a patch on a real cluster${why}`, () => {
  let world: FaultWorld;
  beforeAll(async () => {
    const { kubeconfig } = started;
    world = await faultWorld({ kubeconfig, namespace: "e2e-patch", role: "patch" });
  }, 300_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  const patchOf = (name: string, patch: object, more = {}) => ({
    ...{ target: { names: [name] }, extraVars: { patch }, ...more },
  });
  const level = (value: string) => ({
    spec: {
      template: { spec: { containers: [{ name: "idle", env: [{ name: "LEVEL", value }] }] } },
    },
  });
  /** What the variable LEVEL is in the pods that run: the kubelet's doing, not the role's. */
  const levels = async (name: string) =>
    (await world.podsOf(name)).filter(isReady).map((pod) => {
      const { containers } = (pod as Pod & { spec: { containers: { env: { value: string }[] }[] } })
        .spec;
      return containers[0]?.env[0]?.value;
    });

  test("changes the pods that run, and the old ones come back when it is stopped", async () => {
    const before = await world.makeDeployment("level", 2);
    const action = await world.submit("level", patchOf("level", level("2"), { duration: "120s" }));
    await world.phase(action, "Injected");
    await eventually(async () => expect(await levels("level")).toEqual(["2", "2"]), 90_000);
    await world.stop(action);
    expect(await world.finished(action)).toMatchObject({
      verdict: "Passed",
      verified: true,
      targets: [{ name: "level", outcome: "restored" }],
    });
    const after = await world.client.get(deployments, before.metadata);
    expect(after.spec).toEqual(before.spec);
    await eventually(async () => expect(await levels("level")).toEqual(["1", "1"]), 90_000);
  });

  test("that takes all pods away ends by itself, when its duration is over", async () => {
    await world.makeDeployment("away", 2);
    const spec = patchOf("away", { spec: { replicas: 0 } }, { duration: "15s" });
    const action = await world.submit("away", spec);
    await world.phase(action, "Injected");
    await eventually(async () => expect(await world.podsOf("away")).toEqual([]), 60_000);
    expect(await world.finished(action)).toMatchObject({ verdict: "Passed", verified: true });
    await eventually(async () => expect(await levels("away")).toHaveLength(2), 90_000);
  });

  test("is undone before its action is gone, if that is deleted", async () => {
    await world.makeDeployment("deleted", 1);
    const spec = patchOf("deleted", { spec: { replicas: 0 } }, { duration: "300s" });
    const action = await world.submit("deleted", spec);
    await world.phase(action, "Injected");
    await world.remove(action);
    const place = { namespace: world.namespace, name: "deleted" };
    expect((await world.client.get(deployments, place)).spec.replicas).toBe(1);
  });

  test("in a dry run changes nothing", async () => {
    const before = await world.makeDeployment("dry", 1);
    const action = await world.submit("dry", patchOf("dry", level("2"), { dryRun: true }));
    expect(await world.finished(action)).toMatchObject({ verdict: "Passed", verified: false });
    const after = await world.client.get(deployments, before.metadata);
    expect(after.metadata.generation).toBe(before.metadata.generation);
  });
});
