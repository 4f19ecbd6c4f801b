import { describe, expect, test } from "vitest";
import type { PystolRun } from "../../../kubernetes/resources.ts";
import { type Answer, type Order, tasksFor } from "../../../node-helper/decision.ts";
import { tableOf } from "../../../node-helper/ruleset.ts";

const uid = "5cdf0bc1-a399-4304-a61a-f2ddedaf7e8a";
const id = `NetworkPartition/${uid}`;
const target = { namespace: "shop", name: "web-0", uid };
const order: Order = {
  ...{ id, node: "worker", fault: "NetworkPartition", target, want: "Applied", holdSeconds: 60 },
  args: { direction: "both", peers: ["10.0.0.7"], protocol: "any" },
};
const answer = (state: Answer["state"]): Answer => ({
  ...{ id, state, podName: "pa-1-n12345678", time: "2026-01-01T00:00:00Z" },
});

interface Some {
  order?: Partial<Order>;
  answer?: Answer["state"];
  spec?: Partial<PystolRun["spec"]>;
  status?: Partial<NonNullable<PystolRun["status"]>>;
}

function tasks({ order: changed, answer: state, spec, status }: Some) {
  const pod = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web-0", uid };
  const role = { name: "networkpartition", collection: "a.b", role: "c", image: "i" };
  const run: PystolRun = {
    apiVersion: "pystol.org/v1alpha1",
    kind: "PystolRun",
    metadata: { name: "pa-1" },
    spec: {
      action: { namespace: "shop", name: "cut", uid: "u" },
      role: { ...role, nodeAccess: true },
      timeoutSeconds: 300,
      ...spec,
    },
    status: {
      targets: [{ ...pod, node: "worker" }],
      nodeOrders: [{ ...order, ...changed }],
      nodeAnswers: state ? [answer(state)] : [],
      ...status,
    },
  };
  return tasksFor(run, "worker");
}

const one = (some: Some) => tasks(some).map((task) => task.kind)[0] ?? "nothing";

describe("an order is applied", () => {
  test("where there is no answer yet, with what was checked of it", () => {
    expect(tasks({})).toEqual([
      {
        kind: "apply",
        ...{ id, target, holdSeconds: 60 },
        table: tableOf("pa-1", id),
        partition: {
          ...{ direction: "both", peers: [{ version: 4, text: "10.0.0.7/32" }] },
          ...{ ports: [], protocol: "any", watchSeconds: 0 },
        },
      },
    ]);
  });

  test.for(["Applied", "Removed", "Failed"] as const)("never again after %s", (state) => {
    expect(one({ answer: state })).toBe("nothing");
  });

  test("not for another node", () => {
    expect(one({ order: { node: "worker2" } })).toBe("nothing");
  });

  test.for([
    ["the run is to stop", { spec: { stop: true } }, /asked to stop/],
    ["the run has its report", { status: { report: {} as never } }, /report already/],
    ["the run is dry", { spec: { dryRun: true } }, /dry run/],
    [
      "the role has no node access",
      { spec: { role: { name: "r", collection: "a.b", role: "c", image: "i" } } },
      /no nodeAccess/,
    ],
    ["the fault is unknown", { order: { fault: "Reboot" as never } }, /NetworkPartition alone/],
    [
      "the namespace is another",
      { order: { target: { ...target, namespace: "bank" } } },
      /namespace bank/,
    ],
    [
      "the namespace is Pystol's",
      {
        order: { target: { ...target, namespace: "pystol-runs" } },
        spec: { action: { namespace: "pystol-runs", name: "x", uid: "u" } },
      },
      /Pystol's own/,
    ],
    ["the pod is none of the targets", { status: { targets: [] } }, /none of the run's targets/],
    [
      "the target is on another node",
      {
        status: {
          targets: [
            {
              apiVersion: "v1",
              kind: "Pod",
              namespace: "shop",
              name: "web-0",
              uid,
              node: "worker2",
            },
          ],
        },
      },
      /none of the run's targets/,
    ],
    [
      "the target is no pod",
      {
        status: {
          targets: [{ apiVersion: "v1", kind: "Node", name: "web-0", uid, node: "worker" }],
        },
      },
      /none of the run's targets/,
    ],
    [
      "the UID is a pattern",
      { order: { id: "NetworkPartition/.*", target: { ...target, uid: ".*" } } },
      /UID is \.\*/,
    ],
    ["the id is another's", { order: { id: "NetworkPartition/other" } }, /order's id/],
    [
      "the hold is text",
      { order: { holdSeconds: "60s } ; flush ruleset" as never } },
      /holdSeconds/,
    ],
    ["the hold has no end", { order: { holdSeconds: Number.POSITIVE_INFINITY } }, /holdSeconds/],
    ["the hold is too long", { order: { holdSeconds: 86_401 } }, /holdSeconds/],
    ["the arguments are wrong", { order: { args: { direction: "up" } } }, /args\.direction/],
  ] as [string, Some, RegExp][])("not where %s, and the answer says so", ([_, some, reason]) => {
    expect(tasks(some)).toEqual([
      { kind: "refuse", id: expect.any(String), reason: expect.stringMatching(reason) },
    ]);
  });
});

describe("an order is removed", () => {
  test.for([undefined, "Applied", "Failed"] as const)("while the answer is %s", (state) => {
    expect(one({ order: { want: "Removed" }, ...(state ? { answer: state } : {}) })).toBe("remove");
  });

  test("once", () => {
    expect(one({ order: { want: "Removed" }, answer: "Removed" })).toBe("nothing");
  });

  test.for([
    ["the run is to stop", { spec: { stop: true } }],
    ["the run has its report", { status: { report: {} as never } }],
    ["the arguments are wrong", { order: { args: { direction: "up" } } }],
    ["the pod is none of the targets any more", { status: { targets: [] } }],
  ] as [string, Some][])("also where %s", ([_, some]) => {
    expect(one({ ...some, order: { ...some.order, want: "Removed" } })).toBe("remove");
  });
});
