import { afterAll, beforeAll, expect, test } from "vitest";
import { hasReason } from "../../../kubernetes/errors.ts";
import {
  namespaces,
  pystolActions,
  pystolRuns,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { pods } from "../../../operator/workloads.ts";
import { type OperatorWorld, startOperatorWorld } from "../../support/operator-world.ts";
import { claim, runOf, writeStatus } from "../../support/played-runner.ts";
import { eventually, typeOf } from "../../support/pystol-control-plane.ts";

let world: OperatorWorld;
beforeAll(async () => {
  world = await startOperatorWorld();
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const LABEL = { labelSelector: "app.kubernetes.io/part-of=pystol" };
const typeNamed = (apiVersion: string, kind: string): ResourceType =>
  typeOf({ apiVersion, kind } as Resource);
const CRDS = typeNamed("apiextensions.k8s.io/v1", "CustomResourceDefinition");
const BINDINGS = typeNamed("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding");

const undoable = [
  {
    ...{ apiVersion: "v1", kind: "ServiceAccount" },
    metadata: { name: "pystol-role-undoable", namespace: RUNS_NAMESPACE },
  },
  {
    ...{ apiVersion: "pystol.org/v1alpha1", kind: "PystolRole", metadata: { name: "undoable" } },
    spec: {
      ...{ collection: "a.b", role: "r", phased: true, undoable: true },
      actsOn: { apiVersion: "v1", kind: "Pod" },
    },
  },
] as Resource[];

const isGone = (request: Promise<unknown>) =>
  request.then(
    () => false,
    (error) => hasReason(error, "NotFound"),
  );

/** What docs/using.md has for a cluster from which the operator went first. */
test("what the operator left when it was taken away first can be let go of by hand", async () => {
  const { client } = world.world;
  for (const object of undoable) await client.apply(typeOf(object), object, { fieldManager: "t" });
  const uid = await world.submit("left", { role: "undoable" });
  const { run, pod } = await runOf(world.world, uid);
  await claim(world.world, run, pod);
  const record = { id: "a", state: "Open", module: "x.y.z", args: {}, attempts: 0 };
  await writeStatus(world.world, run, pod, { records: [record] });
  await world.operator.kill();

  for (const { metadata } of (await client.list(BINDINGS, { query: LABEL })).items) {
    await client.delete(BINDINGS, { name: metadata.name });
  }
  for (const plural of ["pystolactions", "pystolruns", "pystolroles"]) {
    await client.delete(CRDS, { name: `${plural}.pystol.org` });
  }
  await client.delete(namespaces, { name: RUNS_NAMESPACE });
  await eventually(async () => {
    const { metadata } = await client.get(pods, {
      namespace: RUNS_NAMESPACE,
      name: pod.metadata.name,
    });
    expect(metadata.deletionTimestamp).toBeTruthy();
  });
  // What was changed and not undone is still there to be read.
  const kept = await client.get(pystolRuns, {
    namespace: RUNS_NAMESPACE,
    name: run.metadata.name,
  });
  expect(kept.status?.records).toEqual([record]);

  const nothing = { metadata: { finalizers: null } };
  const release = async (type: ResourceType) => {
    const { items } = await client.list(type);
    for (const { metadata } of items) {
      if (!metadata.finalizers?.some((name) => name.startsWith("pystol.org/"))) continue;
      await client.mergePatch(type, metadata, nothing).catch((error) => {
        if (!hasReason(error, "NotFound")) throw error;
      });
    }
  };
  await eventually(async () => {
    await release(pods);
    await release(pystolRuns);
    await release(pystolActions);
  });
  await eventually(async () => {
    expect(await isGone(client.get(namespaces, { name: RUNS_NAMESPACE }))).toBe(true);
    for (const plural of ["pystolactions", "pystolruns", "pystolroles"]) {
      expect(await isGone(client.get(CRDS, { name: `${plural}.pystol.org` }))).toBe(true);
    }
  }, 50_000);
});
