import { describe, expect, test } from "vitest";
import { peerAddresses } from "../../../collection/modules/networkpartition/peers.ts";
import { requestFrom } from "../../../collection/modules/networkpartition/request.ts";
import {
  joinSummary,
  partitionSummary,
} from "../../../collection/modules/networkpartition/summary.ts";
import { parsePartition } from "../../../node-helper/partition.ts";

const target = { name: "web-0", namespace: "shop", uid: "u-0", node: "worker" };
const partitioned = { state: "partitioned", targets: [target], holdSeconds: 60 };

describe("the arguments of networkpartition", () => {
  test("mean everything of everybody, if nothing else is said", () => {
    expect(requestFrom(partitioned)).toEqual({
      ...partitioned,
      ...{ direction: "both", peers: undefined, ports: [], protocol: "any", observeSeconds: 5 },
    });
  });

  test("of a recovery are the records alone", () => {
    const undo = [{ id: "x", targetUID: "u-0", module: "m", args: { state: "joined", target } }];
    expect(requestFrom({ state: "joined", undo })).toEqual({
      state: "joined",
      records: [{ id: "x", target }],
    });
  });

  test.for([
    ["no state", { state: undefined }, /state is required/],
    ["another state", { state: "broken" }, /state is "broken"/],
    ["no targets", { targets: [] }, /targets is empty/],
    ["a target without a node", { targets: [{ ...target, node: undefined }] }, /targets is/],
    [
      "targets of two namespaces",
      { targets: [target, { ...target, namespace: "bank" }] },
      /two namespaces, shop and bank/,
    ],
    ["no hold", { holdSeconds: undefined }, /holdSeconds is required/],
    ["another direction", { direction: "sideways" }, /direction is "sideways"/],
    ["another protocol", { protocol: "tcp; drop" }, /protocol is/],
    ["a port beyond the last", { ports: [65_536] }, /ports is/],
    ["ports of ICMP", { protocol: "icmp", ports: [80] }, /icmp has none/],
    ["empty peers", { peers: {} }, /peers is/],
    ["no addresses", { peers: { cidrs: [] } }, /peers is/],
    ["a peer that is no address", { peers: { cidrs: ["10.0.0.1; flush ruleset"] } }, /peers is/],
    ["no labels", { peers: { matchLabels: {} } }, /peers is/],
    [
      "labels that would widen the selector",
      { peers: { matchLabels: { app: "x,tier in (a)" } } },
      /peers is/,
    ],
    ["a label's name that would", { peers: { matchLabels: { "app,!tier": "x" } } }, /peers is/],
    ["other peers", { peers: { services: ["web"] } }, /peers is/],
    ["something else", { table: "nat" }, /table is not an argument/],
  ] as const)("are refused with %s", ([_, changed, problem]) => {
    expect(() => requestFrom({ ...partitioned, ...changed })).toThrow(problem);
  });
});

describe("the peers' addresses", () => {
  const pod = (ips: string[], spec = {}) => ({
    spec,
    status: { podIPs: ips.map((ip) => ({ ip })) },
  });
  const listing = (pages: unknown[][]) => {
    const asked: unknown[] = [];
    const list = async (_type: unknown, options: unknown) => {
      asked.push(options);
      const items = pages[asked.length - 1] ?? [];
      return { items, metadata: asked.length < pages.length ? { continue: "more" } : {} };
    };
    return { asked, client: { list } as never };
  };
  const of = (client: never, peers?: Parameters<typeof peerAddresses>[1]["peers"]) =>
    peerAddresses(client, { namespace: "shop", peers });

  test("are everybody's without peers, in a form that a node takes", async () => {
    const peers = await of(listing([]).client);
    expect(parsePartition({ direction: "both", protocol: "any", peers })).toMatchObject({
      peers: [{ text: "0.0.0.0/0" }, { text: "::/0" }],
    });
  });

  test("are those given and those of all pods with the labels, each once", async () => {
    const { client, asked } = listing([
      [pod(["10.1.0.1", "fd00::1"])],
      [pod(["10.1.0.2"]), pod(["10.1.0.1"])],
    ]);
    const peers = { cidrs: ["192.0.2.0/24"], matchLabels: { app: "db", tier: "" } };
    expect(await of(client, peers)).toEqual(["192.0.2.0/24", "10.1.0.1", "fd00::1", "10.1.0.2"]);
    expect(asked[0]).toMatchObject({ namespace: "shop", query: { labelSelector: "app=db,tier=" } });
  });

  test("never are a node's, which pods with hostNetwork share", async () => {
    const { client } = listing([[pod(["10.9.9.9"], { hostNetwork: true })]]);
    await expect(of(client, { matchLabels: { app: "db" } })).rejects.toThrow(
      "no pod of the namespace shop",
    );
  });
});

describe("what a partition comes to", () => {
  const result = (
    name: string,
    outcome: "partitioned" | "silent" | "joined" | "gone" | "refused",
    packetsDropped = 0,
  ) => ({
    ...{ name, outcome, evidence: { packetsDropped }, message: `because of ${name}` },
  });

  test.for([
    [
      [result("a", "partitioned", 2), result("b", "partitioned", 3)],
      "2 pods partitioned: a, b; 5 packets dropped so far.",
    ],
    [
      [result("a", "partitioned", 2), result("b", "silent")],
      "2 pods partitioned: a, b; 2 packets dropped so far; no packet came to be dropped at b, so far unproved.",
    ],
  ] as const)("is said with its proof", ([results, msg]) => {
    expect(partitionSummary(results)).toMatchObject({ msg, changed: true });
    expect(partitionSummary(results).failed).toBeUndefined();
  });

  test("is an error where a pod was left out, or may still be cut off", () => {
    const results = [result("a", "refused"), result("b", "partitioned", 1)];
    expect(partitionSummary(results)).toMatchObject({
      failed: true,
      pystol_verdict: "Error",
      msg: "Of 2 pods, 1 could not be partitioned: a. a: because of a",
    });
    expect(joinSummary([result("a", "refused")])).toMatchObject({ failed: true });
    expect(joinSummary([result("a", "gone"), result("b", "joined")]).msg).toBe(
      "2 pods joined again: a, b; gone meanwhile: a.",
    );
  });
});
