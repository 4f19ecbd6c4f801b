import { afterAll, beforeAll, expect, test } from "vitest";
import {
  NODES_NAMESPACE,
  pystolRuns,
  type Resource,
  RUNS_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { pods } from "../../../operator/workloads.ts";
import { startOperator } from "../../support/operator-process.ts";
import { type OperatorWorld, startOperatorWorld } from "../../support/operator-world.ts";
import { claim, report, runOf, writeStatus } from "../../support/played-runner.ts";
import { eventually, objectsOf, typeOf } from "../../support/pystol-control-plane.ts";

let world: OperatorWorld;
beforeAll(async () => {
  world = await startOperatorWorld();
  const manifests = ["namespace.yaml", "rbac.yaml"].map((file) =>
    objectsOf(`operator/manifests/node-faults/${file}`),
  );
  for (const object of [...(await Promise.all(manifests)).flat(), ...onNodes]) {
    await world.world.client.apply(typeOf(object), object, { fieldManager: "test" });
  }
  await world.operator[Symbol.asyncDispose]();
  world.operator = await startOperator(world.world, { env: { PYSTOL_NODE_FAULTS: "true" } });
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const onNodes = [
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "pystol-role-on-nodes", namespace: RUNS_NAMESPACE },
  },
  {
    apiVersion: "pystol.org/v1alpha1",
    kind: "PystolRole",
    metadata: { name: "on-nodes" },
    spec: {
      collection: "a.b",
      role: "onnodes",
      ...{ phased: true, undoable: true, nodeAccess: true },
      actsOn: { apiVersion: "v1", kind: "Pod" },
    },
  },
] as Resource[];

const helpersOf = async (uid: string) => {
  const { items } = await world.world.client.list(pods, {
    namespace: NODES_NAMESPACE,
    query: { labelSelector: `pystol.org/action-uid=${uid}` },
  });
  // There is no kubelet that would end a pod of a node that does not exist.
  return items.filter(({ metadata }) => !metadata.deletionTimestamp);
};

test("a fault on nodes has one helper pod on each node of its targets, until nothing is left to undo", async () => {
  const uid = await world.submit("on-nodes", { role: "on-nodes" });
  const { run, pod } = await runOf(world.world, uid);
  await claim(world.world, run, pod);
  expect(await helpersOf(uid)).toEqual([]);
  const target = (name: string, node: string) => ({
    ...{ apiVersion: "v1", kind: "Pod", namespace: "shop", uid: `uid-${name}` },
    ...{ name, node },
  });
  const targets = [target("a", "node-1"), target("b", "node-2"), target("c", "node-1")];
  const record = { id: "a", module: "x.y.z", args: {}, attempts: 0, node: "node-1" };
  await writeStatus(world.world, run, pod, { targets, records: [{ ...record, state: "Open" }] });
  await eventually(async () => {
    const nodes = (await helpersOf(uid)).map(({ spec }) => spec?.nodeName);
    expect(nodes.sort(), world.operator.log().slice(-1500)).toEqual(["node-1", "node-2"]);
  });
  await writeStatus(world.world, run, pod, {
    records: [{ ...record, state: "Done" }],
    report: report(),
  });
  expect(await world.finished("on-nodes")).toMatchObject({ verdict: "Passed" });
  await eventually(async () => expect(await helpersOf(uid)).toEqual([]));
  const place = { namespace: RUNS_NAMESPACE, name: run.metadata.name };
  expect((await world.world.client.get(pystolRuns, place)).metadata.name).toBe(`pa-${uid}`);
});
