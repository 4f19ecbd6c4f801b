import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Client } from "../../../kubernetes/client.ts";
import { ApiError } from "../../../kubernetes/errors.ts";
import { carryOut, type Surroundings } from "../../../node-helper/carry-out.ts";
import type { Task } from "../../../node-helper/decision.ts";
import { type Partition, parsePartition } from "../../../node-helper/partition.ts";
import { tableOf } from "../../../node-helper/ruleset.ts";
import type { Pod } from "../../../node-helper/target-pod.ts";
import { eventually } from "../../support/pystol-control-plane.ts";
import {
  type NetworkWorld,
  PEER,
  POD,
  shownProcess,
  startNetworkWorld,
  whyNoNetwork,
} from "./network-world.ts";

const reason = await whyNoNetwork();
if (reason) console.warn(`The tests of packets are skipped: this machine ${reason}.`);

describe.skipIf(reason !== undefined)("a partition in a pod's network namespace", () => {
  let world: NetworkWorld;
  beforeEach(async () => {
    world = await startNetworkWorld();
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const table = tableOf("pa-1", "order");
  const target = () => ({ namespace: "shop", name: "web-0", uid: world.uid });

  function surroundings(changed: Partial<Pod["spec"]> = {}, uid = world.uid): Surroundings {
    const pod: Pod = {
      ...{ apiVersion: "v1", kind: "Pod" },
      metadata: { name: "web-0", namespace: "shop", uid },
      spec: { nodeName: "worker", ...changed },
    };
    // An API server's answer to the one read that there is.
    const client = { get: async () => pod } as unknown as Client;
    const signal = new AbortController().signal;
    return { client, node: "worker", proc: world.proc, now: () => new Date(), signal };
  }

  function apply(args: Record<string, unknown>, holdSeconds = 60): Task {
    const given = { direction: "both", protocol: "any", peers: ["0.0.0.0/0", "::/0"], ...args };
    const partition = parsePartition(given) as Partition;
    return { kind: "apply", id: "order", table, target: target(), partition, holdSeconds };
  }
  const remove = (): Task => ({ kind: "remove", id: "order", table, target: target() });

  test("stops what flowed before, counts it, and lets it flow again when it is removed", async () => {
    expect(await world.reaches({ protocol: "tcp" })).toBe(true);
    const applying = carryOut(apply({ watchSeconds: 20 }), surroundings());
    await eventually(async () => expect(await world.reaches({ protocol: "udp" })).toBe(false));
    const applied = await applying;
    expect(applied).toMatchObject({ state: "Applied", evidence: { table } });
    expect(applied.evidence?.packetsDropped).toBeGreaterThan(0);
    expect(await world.reaches({ protocol: "tcp" })).toBe(false);
    expect(await world.reaches({ protocol: "tcp", host: POD.ip6 })).toBe(false);
    const removed = await carryOut(remove(), surroundings());
    expect(removed.state).toBe("Removed");
    expect(Number(removed.evidence?.packetsDropped)).toBeGreaterThan(
      Number(applied.evidence?.packetsDropped),
    );
    expect(await world.reaches({ protocol: "tcp" })).toBe(true);
    expect(await world.reaches({ protocol: "udp", host: POD.ip6 })).toBe(true);
    expect(await world.nft("list", "ruleset")).toBe("");
  });

  test("leaves the pod's own loopback alone", async () => {
    await carryOut(apply({}), surroundings());
    expect(await world.reachesItself()).toBe(true);
  });

  test("takes a port and a protocol and no other", async () => {
    await carryOut(
      apply({ direction: "ingress", protocol: "tcp", ports: [POD.port] }),
      surroundings(),
    );
    expect(await world.reaches({ protocol: "tcp" })).toBe(false);
    expect(await world.reaches({ protocol: "tcp", host: POD.ip6 })).toBe(false);
    expect(await world.reaches({ protocol: "tcp", port: POD.otherPort })).toBe(true);
    expect(await world.reaches({ protocol: "udp" })).toBe(true);
  });

  test("takes a peer and no other", async () => {
    await carryOut(apply({ peers: [PEER.ip] }), surroundings());
    expect(await world.reaches({ protocol: "tcp" })).toBe(false);
    expect(await world.reaches({ protocol: "tcp", host: POD.ip6 })).toBe(true);
  });

  test.for([
    ["egress", { ingressPacketsDropped: 0 }, "egressPacketsDropped"],
    ["ingress", { egressPacketsDropped: 0 }, "ingressPacketsDropped"],
  ] as const)("drops packets of the direction %s alone", async ([direction, none, some]) => {
    await carryOut(apply({ direction }), surroundings());
    expect(await world.reaches({ protocol: "udp" })).toBe(false);
    const { evidence } = await carryOut(remove(), surroundings());
    expect(evidence).toMatchObject(none);
    expect(evidence?.[some]).toBeGreaterThan(0);
  });

  test("ends by itself when its time is over, with nobody left to end it", async () => {
    await carryOut(apply({}, 2), surroundings());
    expect(await world.reaches({ protocol: "tcp" })).toBe(false);
    await eventually(async () => expect(await world.reaches({ protocol: "tcp" })).toBe(true));
    expect(await world.nft("list", "tables")).toContain(table);
  });

  test("says so where no packet came", async () => {
    const applied = await carryOut(
      apply({ peers: ["10.222.0.1"], watchSeconds: 0.5 }),
      surroundings(),
    );
    expect(applied).toMatchObject({ state: "Applied", evidence: { packetsDropped: 0 } });
  });

  test("is not made twice, and its timer is not armed anew", async () => {
    const first = await carryOut(apply({}, 30), surroundings());
    const again = await carryOut(apply({}, 3600), surroundings());
    const times = [first, again].map(({ evidence }) => Date.parse(String(evidence?.expiresAt)));
    expect(again.state).toBe("Applied");
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeLessThan(60_000);
    expect((await world.nft("list", "tables")).trim().split("\n")).toHaveLength(1);
  });

  test("leaves the tables of others alone", async () => {
    await world.nft("add", "table", "inet", "mesh");
    await carryOut(apply({}), surroundings());
    await carryOut(remove(), surroundings());
    expect((await world.nft("list", "tables")).trim()).toBe("table inet mesh");
  });

  test("is removed also where there is none, or the pod is gone", async () => {
    expect(await carryOut(remove(), surroundings())).toMatchObject({ state: "Removed" });
    await carryOut(apply({}), surroundings());
    await world.endPod();
    expect(await carryOut(remove(), surroundings())).toEqual({
      state: "Removed",
      message: expect.stringContaining("No process of the pod shop/web-0"),
    });
  });

  test.for([
    ["has another UID", {}, "00000000-0000-4000-8000-000000000000", /was replaced/],
    ["uses the node's network", { hostNetwork: true }, undefined, /hostNetwork/],
    ["is on another node", { nodeName: "worker2" }, undefined, /on the node worker2/],
  ] as const)("is not made where the pod %s", async ([_, spec, uid, said]) => {
    const result = await carryOut(apply({}), surroundings(spec, uid));
    expect(result).toEqual({ state: "Failed", message: expect.stringMatching(said) });
    expect(await world.nft("list", "ruleset")).toBe("");
  });

  test("is not made in the node's own network, whatever the API server says", async () => {
    const uid = "11111111-1111-4111-8111-111111111111";
    const cgroup = `0::/kubepods/pod${uid}/x\n`;
    await shownProcess(world.proc, { pid: 99_999, net: process.pid, cgroup, startTime: 5 });
    const task = { ...apply({}), target: { ...target(), uid } } as Extract<Task, { kind: "apply" }>;
    const result = await carryOut(task, surroundings({}, uid));
    expect(result).toEqual({ state: "Failed", message: expect.stringMatching(/node's network/) });
    expect(await carryOut({ ...remove(), target: task.target } as Task, surroundings())).toEqual({
      state: "Removed",
      message: expect.stringContaining("Nothing was applied"),
    });
  });

  test("is made in the namespace of the pod's oldest process, not in one that a container made", async () => {
    await using inner = await startNetworkWorld();
    const cgroup = `0::/kubepods/besteffort/pod${world.uid}/container\n`;
    const { pid } = inner;
    await shownProcess(world.proc, { pid, net: pid, cgroup, startTime: 11 });
    await carryOut(apply({}), surroundings());
    expect(await inner.nft("list", "ruleset")).toBe("");
    expect(await world.nft("list", "tables")).toContain(table);
  });

  test("is neither made nor refused while the API server cannot be asked", async () => {
    const error = new ApiError({ method: "GET", path: "/", code: 500, body: "" });
    const client = { get: () => Promise.reject(error) } as unknown as Client;
    await expect(carryOut(apply({}), { ...surroundings(), client })).rejects.toBe(error);
    expect(await world.nft("list", "ruleset")).toBe("");
  });
});
