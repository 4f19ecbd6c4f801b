import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type ResourceType, RUNS_NAMESPACE, SYSTEM_NAMESPACE } from "../../kubernetes/resources.ts";
import { type Pod, pods } from "../../operator/workloads.ts";
import { run } from "../cluster/command.ts";
import { eventually } from "../support/pystol-control-plane.ts";
import { isReady } from "./fault-world.ts";
import { isRecovery, type RecoveryWorld, recoveryWorld } from "./recovery-world.ts";

const started = inject("started");
const isFull = process.env.PYSTOL_FULL === "1";
const skipReason =
  started.skipReason ||
  (isFull ? "" : "a node counts as lost only after minutes; PYSTOL_FULL=1 runs it");
const why = skipReason ? ` (skipped: ${skipReason})` : "";
if (skipReason) console.log(`e2e: not run, the loss of a node: ${skipReason}`);

type Node = Pod & { spec: { unschedulable?: boolean } };
const nodes: ResourceType<Node> = {
  apiVersion: "v1",
  kind: "Node",
  plural: "nodes",
  namespaced: false,
};

describe.skipIf(skipReason)(`a node that stops${why}`, () => {
  let world: RecoveryWorld;
  beforeAll(async () => {
    world = await recoveryWorld(started.kubeconfig, "e2e-lost-node");
  }, 300_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  /** Stops or continues every process of the node but its init: the kubelet, containerd and what runs in pods. */
  const signal = async (name: "STOP" | "CONT", node: string) => {
    const { path, env } = world.tools.engine;
    const args = ["exec", node, "sh", "-c", `kill -${name} -1`];
    await run(path, args, { purpose: `Send SIG${name} to the node ${node}`, env });
  };
  const cordon = (name: string, unschedulable: boolean | null) =>
    world.client.mergePatch(nodes, { name }, { spec: { unschedulable } } as object);

  test("with a fault's runner has the fault undone from another node, once, also when it comes back", async () => {
    const home = await nodeOfOperator();
    // So that the runner is not where the operator is, whose own loss takes Kubernetes minutes more.
    await cordon(home, true);
    const held = await world.hold("lost").finally(() => cordon(home, null));
    const node = held.pod.spec?.nodeName ?? "";
    expect(node).not.toBe(home);
    await signal("STOP", node);
    try {
      // Kubernetes takes a node for lost after 50 s, its pods after 30 s more; their tokens are void 2 minutes later.
      const status = await eventually(() => world.finished(held.action), 600_000);
      expect(status).toMatchObject({ verdict: "Error", verified: false });
      expect(status.message).toMatch(/All 1 recorded changes are undone/);
      await world.restored(held);
      const query = { labelSelector: `pystol.org/action-uid=${held.action.metadata.uid}` };
      const { items } = await world.client.list(pods, { namespace: RUNS_NAMESPACE, query });
      const helpers = items.filter(({ metadata }) => isRecovery(metadata));
      expect(helpers.length).toBeGreaterThan(0);
      for (const { spec } of helpers) expect(spec?.nodeName).not.toBe(node);
    } finally {
      await signal("CONT", node);
      await eventually(async () => {
        const found = await world.client.get(nodes, { name: node });
        if (!isReady(found)) throw new Error(`${node} is not Ready yet`);
      }, 180_000);
    }
    // The runner that comes to itself on its node has lost its rights, and its pod goes.
    await world.clear(held.action);
    await world.restored(held);
  }, 1_200_000);

  async function nodeOfOperator(): Promise<string> {
    const query = { labelSelector: "app.kubernetes.io/name=pystol-operator" };
    const { items } = await world.client.list(pods, { namespace: SYSTEM_NAMESPACE, query });
    return items[0]?.spec?.nodeName ?? "";
  }
});
