import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { applier } from "../../client/deploy/apply.ts";
import { untilAvailable } from "../../client/deploy/available.ts";
import { readComponent } from "../../client/deploy/manifests.ts";
import {
  type PystolAction,
  pystolActions,
  type Resource,
  type ResourceType,
  SYSTEM_NAMESPACE,
} from "../../kubernetes/resources.ts";
import { leases } from "../../operator/locks.ts";
import { pods } from "../../operator/workloads.ts";
import { eventually } from "../support/pystol-control-plane.ts";
import { type Deployment, deployments } from "./fault-world.ts";
import { type RecoveryWorld, recoveryWorld } from "./recovery-world.ts";

const started = inject("started");
const why = started.skipReason ? ` (skipped: ${started.skipReason})` : "";
const OPERATOR = { namespace: SYSTEM_NAMESPACE, name: "pystol-operator" };
const LIMIT = "PYSTOL_MAX_CONCURRENT_ACTIONS";

/** Each changes the operator's Deployment, and puts it back. */
describe.skipIf(started.skipReason)(`the operator's Deployment on a real cluster${why}`, () => {
  let world: RecoveryWorld;
  let original: Deployment;
  beforeAll(async () => {
    world = await recoveryWorld(started.kubeconfig, "e2e-operators");
    original = await world.client.get(deployments, OPERATOR);
  }, 300_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  const status = async (action: PystolAction) =>
    (await world.client.get(pystolActions, action.metadata)).status;
  /** The pod that holds the operator's Lease. */
  const leader = async () => {
    const { spec } = await world.client.get(leases, OPERATOR);
    return (spec?.holderIdentity ?? "").split("_")[0] ?? "";
  };
  const operators = async () => {
    const query = { labelSelector: "app.kubernetes.io/name=pystol-operator" };
    return (await world.client.list(pods, { namespace: SYSTEM_NAMESPACE, query })).items;
  };
  /** Sets the Deployment's spec, and resolves once its own pods alone are there and one of them leads. */
  const rollOut = async ({ spec }: Pick<Deployment, "spec">) => {
    const operations = [{ op: "replace" as const, path: "/spec", value: spec }];
    await world.client.jsonPatch(deployments, OPERATOR, operations);
    await untilAvailable(world.client, original, { timeoutMs: 120_000 });
    await eventually(async () => {
      const names = (await operators()).map(({ metadata }) => metadata.name);
      if (names.length !== spec.replicas || !names.includes(await leader()))
        throw new Error(`${await leader()} leads; there are ${names}`);
    }, 60_000);
  };

  test("with a limit of one action starts those that wait by priority, and shows each its place", async () => {
    const limited = structuredClone(original);
    const [{ env = [] }] = limited.spec.template.spec.containers;
    for (const each of env) if (each.name === LIMIT) each.value = "1";
    try {
      await rollOut(limited);
      const held = await world.hold("holder");
      const dry = { target: { names: ["holder"] }, dryRun: true, startDeadline: "5m" };
      const patch = { extraVars: { patch: { spec: { replicas: 0 } } } };
      const low = await world.submit("low", { ...dry, ...patch, priority: 1 });
      const high = await world.submit("high", { ...dry, ...patch, priority: 2 });
      await eventually(async () => {
        expect(await status(high)).toMatchObject({ phase: "Queued", queuePosition: 0 });
        expect(await status(low)).toMatchObject({ phase: "Queued", queuePosition: 1 });
      }, 30_000);
      await world.stop(held.action);
      for (const action of [held.action, high, low])
        expect(await world.finished(action)).toMatchObject({ verdict: "Passed" });
      // Kubernetes' word on which pod came first.
      const [first, second] = await Promise.all(
        [high, low].map(async (action) => {
          const { metadata } = await world.runnerPod(action);
          return Date.parse(metadata.creationTimestamp ?? "");
        }),
      );
      expect(first).toBeLessThan(second ?? 0);
      await world.restored(held);
    } finally {
      await rollOut(original);
    }
  });

  test("of two pods loses the one that leads, while a fault is held, and the other goes on", async () => {
    const folder = join(started.root, "operator/manifests/high-availability");
    const { objects, withPatches } = await readComponent(folder);
    for (const object of objects) await applier(world.client)(object);
    try {
      await rollOut(withPatches(original) as Deployment);
      const held = await world.hold("handed-over");
      const first = await leader();
      const place = { namespace: SYSTEM_NAMESPACE, name: first };
      await world.client.delete(pods, place, { gracePeriodSeconds: 0 });
      await world.makeDeployment("next", 1);
      const patch = { extraVars: { patch: { spec: { replicas: 0 } } } };
      const next = await world.submit("next", {
        target: { names: ["next"] },
        ...patch,
        duration: "1s",
      });
      expect(await world.finished(next)).toMatchObject({ verdict: "Passed", verified: true });
      expect(await leader()).not.toBe(first);
      await world.stop(held.action);
      expect(await world.finished(held.action)).toMatchObject({ verdict: "Passed" });
      await world.restored(held);
    } finally {
      for (const object of objects) await world.client.delete(budgets, object.metadata);
      await rollOut(original);
    }
  });
});

const budgets: ResourceType<Resource> = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  namespaced: true,
};
