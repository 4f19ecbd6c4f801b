import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { enableNodes } from "../../client/enable.ts";
import type { Resource, ResourceType } from "../../kubernetes/resources.ts";
import { eventually } from "../support/pystol-control-plane.ts";
import { type FaultWorld, faultWorld, isReady } from "./fault-world.ts";

const started = inject("started");
const why = started.skipReason ? ` (skipped: ${started.skipReason})` : "";

type Node = Resource & { spec: { unschedulable?: boolean } };

const nodes: ResourceType<Node> = {
  apiVersion: "v1",
  kind: "Node",
  plural: "nodes",
  namespaced: false,
};

describe.skipIf(started.skipReason)(`a drain on a real cluster${why}`, () => {
  let world: FaultWorld;
  /** The node that is drained: a worker without the operator, which is in nobody's way there. */
  let node: string;
  beforeAll(async () => {
    const { kubeconfig } = started;
    world = await faultWorld({ kubeconfig, namespace: "e2e-drain", role: "drainnodes" });
    const { items } = await world.client.list(nodes);
    const worker = items.find(
      ({ metadata }) => metadata.labels?.["node-role.kubernetes.io/control-plane"] === undefined,
    );
    node = worker?.metadata.name ?? "";
    await enableNodes(world.client, { nodes: [node], roles: ["drainnodes"] });
  }, 300_000);
  afterAll(async () => {
    const labels = { "pystol.org/enabled": null };
    if (node) await world.client.mergePatch(nodes, { name: node }, { metadata: { labels } });
    await world?.[Symbol.asyncDispose]();
  });

  const spec = (more = {}) => ({
    target: { names: [node] },
    extraVars: { namespacesNotEnabled: "leave", evictionTimeoutSeconds: 60 },
    ...more,
  });
  const unschedulable = async () =>
    (await world.client.get(nodes, { name: node })).spec.unschedulable ?? false;
  const pinned = () => ({ nodeSelector: { "kubernetes.io/hostname": node } });
  const nodesOf = async (name: string) =>
    (await world.podsOf(name)).map((pod) => pod.spec?.nodeName);

  test("moves pods to other nodes, keeps new ones away, and lets them come again", async () => {
    // It may run anywhere, but rather there.
    const weighted = {
      weight: 100,
      preference: {
        matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }],
      },
    };
    const affinity = {
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [weighted] },
    };
    await world.makeDeployment("moving", 2, { affinity });
    expect(await nodesOf("moving")).toEqual([node, node]);
    const action = await world.submit("drain", spec({ duration: "300s" }));
    await world.phase(action, "Injected");
    expect(await unschedulable()).toBe(true);
    await eventually(async () => {
      const ready = (await world.podsOf("moving")).filter(isReady);
      expect(ready).toHaveLength(2);
      for (const pod of ready) expect(pod.spec?.nodeName).not.toBe(node);
    }, 60_000);
    // The scheduler takes the cordon for what it is: a pod for this node alone waits.
    const waiting = world.makeDeployment("pinned", 1, pinned());
    await eventually(async () => {
      const [pod] = await world.podsOf("pinned");
      expect(JSON.stringify(pod?.status)).toContain("were unschedulable");
    }, 60_000);
    await world.stop(action);
    expect(await world.finished(action)).toMatchObject({
      verdict: "Passed",
      verified: true,
      targets: [{ kind: "Node", name: node, outcome: "uncordoned" }],
    });
    expect(await unschedulable()).toBe(false);
    await waiting;
    expect(await nodesOf("pinned")).toEqual([node]);
  });

  test("uncordons the node before its action is gone, if that is deleted", async () => {
    const action = await world.submit("drain-deleted", spec({ duration: "300s" }));
    await world.phase(action, "Injected");
    expect(await unschedulable()).toBe(true);
    await world.remove(action);
    expect(await unschedulable()).toBe(false);
  });

  test("of a node where others have pods is refused before anything is touched", async () => {
    await world.makeDeployment("scratch", 1, {
      ...pinned(),
      volumes: [{ name: "tmp", emptyDir: {} }],
    });
    const action = await world.submit("drain-refused", spec());
    const status = await world.finished(action);
    expect(status).toMatchObject({ verdict: "Error", verified: false });
    expect(status.message).toMatch(/emptyDir volume would be lost/);
    expect(await unschedulable()).toBe(false);
    expect((await world.podsOf("scratch")).filter(isReady)).toHaveLength(1);
  });

  test("never chooses a node of the control plane", async () => {
    const target = { names: [`${node.replace(/-worker.*/, "")}-control-plane`] };
    const status = await world.finished(await world.submit("drain-control", spec({ target })));
    expect(status.verdict).not.toBe("Passed");
    expect(status.message).toMatch(/control plane/);
  });
});
