import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { applier } from "../../client/deploy/apply.ts";
import { bindingsOf, dryRunAccountOf } from "../../client/deploy/role-objects.ts";
import { namespaces, pathOf, RUNS_NAMESPACE } from "../../kubernetes/resources.ts";
import { jobs, type Pod, pods } from "../../operator/workloads.ts";
import { eventually } from "../support/pystol-control-plane.ts";
import { deployments } from "./fault-world.ts";
import { namespaceGone, type RecoveryWorld, recoveryWorld } from "./recovery-world.ts";
import { killRunner } from "./truth-world.ts";

const started = inject("started");
const why = started.skipReason ? ` (skipped: ${started.skipReason})` : "";
const NAMESPACE = "e2e-recovery";
const DOOMED = "e2e-doomed";

/** Each holds a fault and breaks its run in a way of its own; they run at once, since most of their time is waiting. */
describe
  .skipIf(started.skipReason)
  .concurrent(`a fault that is held on a real cluster${why}`, () => {
    let world: RecoveryWorld;
    let doomed: RecoveryWorld;
    beforeAll(async () => {
      world = await recoveryWorld(started.kubeconfig, NAMESPACE);
      doomed = await recoveryWorld(started.kubeconfig, DOOMED);
      const apply = applier(world.client);
      for (const object of bindingsOf("killpods", NAMESPACE)) await apply(object);
    }, 300_000);
    afterAll(async () => {
      await world?.[Symbol.asyncDispose]();
      await doomed?.[Symbol.asyncDispose]();
    });

    test("is undone by a recovery Job, and is an Error that says so, when its runner is killed with SIGKILL", async () => {
      const held = await world.hold("killed");
      await killRunner(world, held.pod);
      const status = await world.finished(held.action);
      expect(status).toMatchObject({ verdict: "Error", verified: false });
      expect(status.message).toMatch(/SIGKILL.*All 1 recorded changes are undone/);
      await world.restored(held);
      const attempt = `${held.job.metadata.name}-r1`;
      await eventually(async () => {
        const job = await world.client.get(jobs, { namespace: RUNS_NAMESPACE, name: attempt });
        expect(job.status).toMatchObject({ succeeded: 1 });
      });
      await world.released(held.action);
      await world.clear(held.action);
      await world.restored(held);
    });

    test("is undone when its runner's pod is evicted", async () => {
      const held = await world.hold("evicted");
      const { name } = held.pod.metadata;
      await world.client.request({
        method: "POST",
        path: pathOf(pods, { namespace: RUNS_NAMESPACE, name, subresource: "eviction" }),
        body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name } },
      });
      const status = await world.finished(held.action);
      expect(["Aborted", "Error"]).toContain(status.verdict);
      expect(status.message).toMatch(/SIGTERM|deleted|evict/i);
      await world.restored(held);
      await world.released(held.action);
      await world.clear(held.action);
    });

    test("is undone when its runner's pod is deleted without any grace", async () => {
      const held = await world.hold("pod-deleted");
      const place = { namespace: RUNS_NAMESPACE, name: held.pod.metadata.name };
      await world.client.delete(pods, place, { gracePeriodSeconds: 0 });
      const status = await world.finished(held.action);
      expect(["Aborted", "Error"]).toContain(status.verdict);
      await world.restored(held);
      await world.released(held.action);
      await world.clear(held.action);
    });

    test("is undone when its Job is deleted", async () => {
      const held = await world.hold("job-deleted");
      await world.client.delete(jobs, held.job.metadata, { propagationPolicy: "Background" });
      const status = await world.finished(held.action);
      expect(["Aborted", "Error"]).toContain(status.verdict);
      await world.restored(held);
      await world.released(held.action);
      await world.clear(held.action);
    });

    test("is undone before its action is gone, when that is deleted and its runner killed at once", async () => {
      const held = await world.hold("action-deleted");
      const removed = world.remove(held.action);
      await killRunner(world, held.pod);
      await removed;
      // Not eventually: whoever has seen the action go finds the Deployment as it was.
      const after = await world.client.get(deployments, held.before.metadata);
      expect(after.spec).toEqual(held.before.spec);
      await world.restored(held);
      await world.released(held.action);
    });

    test("ends when its namespace is deleted, and does not keep that from going", async () => {
      const held = await doomed.hold("doomed");
      await doomed.client.delete(namespaces, { name: DOOMED });
      await namespaceGone(doomed, DOOMED, 150_000);
      await doomed.released(held.action);
    });

    test.each(["patch", "killpods"])(
      "of the role %s changes nothing in a dry run, which has an account that can only read",
      async (role) => {
        const name = `dry-${role}`;
        const before = await world.makeDeployment(name, 1);
        const [pod] = await world.podsOf(name);
        const spec =
          role === "patch"
            ? { target: { names: [name] }, extraVars: { patch: { spec: { replicas: 0 } } } }
            : { target: { selector: { matchLabels: { app: name } } } };
        const action = await world.submit(name, { role, dryRun: true, ...spec });
        const runner = (await world.runnerPod(action)) as Pod & {
          spec: { serviceAccountName: string };
        };
        expect(runner.spec.serviceAccountName).toBe(dryRunAccountOf(role));
        expect(await world.finished(action)).toMatchObject({ verdict: "Passed", verified: false });
        const after = await world.client.get(deployments, before.metadata);
        expect(after.metadata.generation).toBe(before.metadata.generation);
        expect((await world.podsOf(name)).map(({ metadata }) => metadata.uid)).toEqual([
          pod?.metadata.uid,
        ]);
      },
    );
  });
