import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { NodeAnswer, NodeOrder } from "../../../collection/modules/ansible/node-client.ts";
import { parsePartition } from "../../../node-helper/partition.ts";
import { pods } from "../../../node-helper/target-pod.ts";
import { type Kept, type RoleWorld, startRoleWorld } from "../collection/role-world.ts";

let world: RoleWorld;
beforeAll(async () => {
  world = await startRoleWorld(["networkpartition"]);
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

/** Pods with an address, as a kubelet would have given it to them, and what a run of the role on them needs. */
async function scene(options: { answer?: (order: NodeOrder) => NodeAnswer; count?: number } = {}) {
  const app = `web-${randomUUID().slice(0, 8)}`;
  const targets: Record<string, string>[] = [];
  for (let index = 0; index < (options.count ?? 1); index++) {
    const name = `${app}-${index}`;
    const containers = [{ name: "web", image: "example.org/web:1" }];
    const { metadata } = await world.apply({
      ...{ apiVersion: "v1", kind: "Pod" },
      metadata: { name, namespace: "shop", labels: { app } },
      spec: { containers },
    });
    await world.client.mergePatch(
      pods,
      { namespace: "shop", name, subresource: "status" },
      { status: { podIP: `10.1.2.${index + 1}`, podIPs: [{ ip: `10.1.2.${index + 1}` }] } },
    );
    const uid = metadata.uid ?? "";
    targets.push({ apiVersion: "v1", kind: "Pod", namespace: "shop", name, uid, node: "worker" });
  }
  const kept: Kept = { records: [], evidence: [] };
  const orders: (NodeOrder & { recordsBefore: number })[] = [];
  const dropped = (packetsDropped: number) => ({ packetsDropped });
  const answerOf =
    options.answer ??
    (({ want }: NodeOrder): NodeAnswer =>
      want === "Applied"
        ? { state: "Applied", evidence: dropped(3) }
        : { state: "Removed", evidence: dropped(7) });
  const onMessage = async ({ type, ...message }: { type: string }) => {
    if (type !== "node") return undefined;
    const order = message as unknown as NodeOrder;
    orders.push({ ...order, recordsBefore: kept.records.length });
    return { ok: true, answer: answerOf(order) };
  };
  const play = (phase: "inject" | "recover", variables: Record<string, unknown> = {}) =>
    world.play("networkpartition", [phase], kept, {
      onMessage,
      variables: { pystol_targets: targets, pystol_hold_seconds: 120, ...variables },
    });
  return { app, targets, kept, orders, play };
}

// Each starts Ansible once or more, and a machine may be busy.
describe.concurrent("networkpartition", { timeout: 180_000 }, () => {
  test("records, orders, and proves packets dropped; then joins what it partitioned", async ({
    expect,
  }) => {
    const { app, kept, orders, play, targets } = await scene({ count: 2 });
    const peers = { cidrs: ["192.0.2.0/24"], matchLabels: { app } };
    const arguments_ = {
      direction: "ingress",
      protocol: "tcp",
      ports: [80],
      observeSeconds: 1,
      peers,
    };
    expect(await play("inject", arguments_)).toEqual({
      failed: false,
      msg: `2 pods partitioned: ${app}-0, ${app}-1; 6 packets dropped so far.`,
    });
    expect(orders.map(({ node, want, holdSeconds }) => [node, want, holdSeconds])).toEqual([
      ["worker", "Applied", 120],
      ["worker", "Applied", 120],
    ]);
    for (const order of orders) {
      expect(order.recordsBefore).toBeGreaterThan(0);
      expect(parsePartition(order.args)).toEqual({
        direction: "ingress",
        peers: ["192.0.2.0/24", "10.1.2.1/32", "10.1.2.2/32"]
          .map((text) => ({ version: 4, text }))
          .toSorted((one, other) => text(order.args, one.text) - text(order.args, other.text)),
        ports: [80],
        protocol: "tcp",
        watchSeconds: 1,
      });
    }
    expect(kept.records.map(({ targetUID }) => targetUID).sort()).toEqual(
      targets.map(({ uid }) => uid).sort(),
    );
    expect(kept.evidence).toMatchObject([
      {
        phase: "injected",
        outcome: "partitioned",
        evidence: { packetsDropped: 3, node: "worker" },
      },
      { phase: "injected", outcome: "partitioned" },
    ]);
    expect(await play("recover")).toMatchObject({ failed: false });
    expect(kept.records.map(({ state }) => state)).toEqual(["Done", "Done"]);
    expect(kept.evidence.slice(2)).toMatchObject([
      { phase: "recovered", outcome: "joined", evidence: { packetsDropped: 7 } },
      { phase: "recovered", outcome: "joined" },
    ]);
  });

  test("does not claim an effect where no packet was dropped", async ({ expect }) => {
    const answer = (): NodeAnswer => ({ state: "Applied", evidence: { packetsDropped: 0 } });
    const { kept, play } = await scene({ answer });
    expect(await play("inject")).toMatchObject({
      failed: false,
      msg: expect.stringContaining("no packet came to be dropped"),
    });
    expect(kept.evidence).toMatchObject([
      { phase: "observed", outcome: "silent", evidence: { packetsDropped: 0 } },
    ]);
  });

  test("fails with the helper's reason where a pod cannot be partitioned", async ({ expect }) => {
    const answer = (): NodeAnswer => ({ state: "Failed", message: "The pod uses hostNetwork." });
    const { kept, play } = await scene({ answer });
    expect(await play("inject")).toMatchObject({
      failed: true,
      msg: expect.stringContaining("The pod uses hostNetwork."),
    });
    expect(kept.evidence).toEqual([]);
    expect(kept.records).toMatchObject([{ state: "Open" }]);
  });

  test("does nothing where no pod has the peers' labels", async ({ expect }) => {
    const { kept, orders, play } = await scene();
    const peers = { matchLabels: { app: "nobody" } };
    expect(await play("inject", { peers })).toMatchObject({
      failed: true,
      msg: expect.stringContaining("no pod of the namespace shop"),
    });
    expect([kept.records, orders]).toEqual([[], []]);
  });

  test("refuses wrong arguments before anything is recorded", async ({ expect }) => {
    const { kept, orders, play } = await scene();
    const peers = { matchLabels: { app: "x,tier in (a)" } };
    expect(await play("inject", { peers })).toMatchObject({
      failed: true,
      msg: expect.stringContaining("Wrong arguments: peers is"),
    });
    expect([kept.records, orders]).toEqual([[], []]);
  });

  test("says of a pod that is gone that its fault went with it, without asking a node", async ({
    expect,
  }) => {
    const { kept, orders, play, targets } = await scene();
    await play("inject");
    const { namespace, name = "" } = targets[0] ?? {};
    await world.client.request({
      method: "DELETE",
      path: `/api/v1/namespaces/${namespace}/pods/${name}`,
      query: { gracePeriodSeconds: 0 },
    });
    expect(await play("recover")).toMatchObject({ failed: false });
    expect(orders.filter(({ want }) => want === "Removed")).toEqual([]);
    expect(kept.records).toMatchObject([
      { state: "Done", message: expect.stringContaining("gone") },
    ]);
    expect(kept.evidence[1]).toMatchObject({ phase: "recovered", outcome: "gone" });
  });

  test("keeps a record open that its node cannot undo, and undoes the others", async ({
    expect,
  }) => {
    const failing: string[] = [];
    const answer = ({ want, target }: NodeOrder): NodeAnswer => {
      if (want === "Applied") return { state: "Applied", evidence: { packetsDropped: 1 } };
      if (failing.length === 0) failing.push(target.uid);
      return failing.includes(target.uid)
        ? { state: "Failed", message: "nft ended with 1" }
        : { state: "Removed" };
    };
    const { kept, play } = await scene({ answer, count: 2 });
    await play("inject");
    expect(await play("recover")).toMatchObject({
      failed: true,
      msg: expect.stringContaining("nft ended with 1"),
    });
    const states = kept.records.map(({ targetUID, state }) => [
      failing.includes(targetUID ?? ""),
      state,
    ]);
    expect(states.toSorted()).toEqual([
      [false, "Done"],
      [true, "Failed"],
    ]);
    failing.splice(0, 1, "nobody");
    expect(await play("recover")).toMatchObject({ failed: false });
    expect(kept.records.map(({ state }) => state)).toEqual(["Done", "Done"]);
  });
});

/** The place of a peer in an order, whatever the prefix of an address alone is. */
function text(args: Record<string, unknown>, network: string): number {
  return (args.peers as string[]).indexOf(network.replace(/\/32$/, ""));
}
