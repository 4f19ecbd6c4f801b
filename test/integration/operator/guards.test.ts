import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  namespaces,
  pathOf,
  pystolRuns,
  type Resource,
  RUNS_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { pods } from "../../../operator/workloads.ts";
import { pod, refusalOf } from "../../support/attempts.ts";
import { type OperatorWorld, startOperatorWorld } from "../../support/operator-world.ts";
import { runOf } from "../../support/played-runner.ts";
import { typeOf } from "../../support/pystol-control-plane.ts";

let world: OperatorWorld;
beforeAll(async () => {
  world = await startOperatorWorld();
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

describe("in pystol-runs, an administrator", () => {
  test("makes no pod, also with what a runner's pod has", async () => {
    expect(
      await refusalOf(world.world.client.create(pods, pod("mine", RUNS_NAMESPACE) as never)),
    ).toMatch(/may not create pods in pystol-runs/);
  });

  test("makes no Job and no Deployment", async () => {
    const template = {
      metadata: { labels: { a: "b" } },
      spec: { ...(pod("x", "x") as never as { spec: object }).spec, restartPolicy: "Never" },
    };
    const job = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "mine", namespace: RUNS_NAMESPACE },
      spec: { template },
    };
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "mine", namespace: RUNS_NAMESPACE },
      spec: {
        selector: { matchLabels: { a: "b" } },
        template: { ...template, spec: { ...template.spec, restartPolicy: "Always" } },
      },
    };
    for (const object of [job, deployment] as Resource[]) {
      expect(await refusalOf(world.world.client.create(typeOf(object), object))).toMatch(
        /may not create (jobs|deployments) in pystol-runs/,
      );
    }
  });

  test("gets into no runner's pod", async () => {
    const { pod: running } = await runOf(world.world, await world.submit("entered"));
    const { name } = running.metadata;
    for (const subresource of ["exec", "attach", "portforward"]) {
      const path = pathOf(pods, { namespace: RUNS_NAMESPACE, name, subresource });
      const query = { command: "id", container: "runner", stdout: true };
      expect(await refusalOf(world.world.client.request({ method: "POST", path, query }))).toMatch(
        `nobody may ${subresource} in a pod of pystol-runs`,
      );
    }
    const place = { namespace: RUNS_NAMESPACE, name, subresource: "ephemeralcontainers" };
    const patch = { spec: { ephemeralContainers: [{ name: "in", image: "a" }] } };
    expect(await refusalOf(world.world.client.mergePatch(pods, place, patch))).toMatch(
      /nobody may ephemeralcontainers|forbidden/i,
    );
  });

  test("makes no token of a runner's account that would outlive its pod", async () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "stolen",
        namespace: RUNS_NAMESPACE,
        annotations: { "kubernetes.io/service-account.name": "pystol-role-killpods" },
      },
      type: "kubernetes.io/service-account-token",
    };
    expect(await refusalOf(world.world.client.create(typeOf(secret), secret))).toMatch(
      /would outlive its pod/,
    );
  });

  test("makes, changes and deletes no run, and writes no status", async () => {
    const { run } = await runOf(world.world, await world.submit("guarded"));
    const { client } = world.world;
    const place = { namespace: RUNS_NAMESPACE, name: run.metadata.name };
    const copy = { ...run, metadata: { name: "pa-mine", namespace: RUNS_NAMESPACE } };
    expect(await refusalOf(client.create(pystolRuns, copy))).toMatch(/may not create pystolruns/);
    expect(await refusalOf(client.mergePatch(pystolRuns, place, { spec: { stop: true } }))).toMatch(
      /may not update pystolruns/,
    );
    expect(await refusalOf(client.delete(pystolRuns, place))).toMatch(/may not delete pystolruns/);
    expect(
      await refusalOf(
        client.mergePatch(
          pystolRuns,
          { ...place, subresource: "status" },
          { status: { startTime: new Date().toISOString() } },
        ),
      ),
    ).toMatch(/written by its own pod or the operator alone/);
  });
});

describe("the opt-in label", () => {
  test.each(["kube-system", "pystol-system", "pystol-runs"])("is never set on %s", async (name) => {
    const patch = { metadata: { labels: { "pystol.org/enabled": "true" } } };
    for (const place of [{ name }, { name, subresource: "status" }]) {
      expect(await refusalOf(world.world.client.mergePatch(namespaces, place, patch))).toMatch(
        /can never be enabled/,
      );
    }
  });

  test("is true or false", async () => {
    const patch = { metadata: { labels: { "pystol.org/enabled": "yes" } } };
    expect(
      await refusalOf(world.world.client.mergePatch(namespaces, { name: "closed" }, patch)),
    ).toMatch(/must be true or false/);
  });
});
