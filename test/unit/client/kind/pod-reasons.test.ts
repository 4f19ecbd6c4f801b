import { expect, test } from "vitest";
import type { Pod } from "../../../../client/deploy/rollout.ts";
import { podReasons } from "../../../../client/kind/pod-reasons.ts";

function pod(name: string, status: Pod["status"]): Pod {
  const metadata = { name, namespace: "kube-system" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { containers: [] },
    status: status ?? {},
  };
}

const container = { name: "a", ready: false, restartCount: 0 };

test("pods that waiting does not help say why, and others nothing", () => {
  const unscheduled = { type: "PodScheduled", status: "False", message: "0/1 nodes are available" };
  const waiting = { reason: "ErrImagePull", message: "no such host" };
  expect(
    podReasons([
      pod("runs", { containerStatuses: [{ ...container, state: { running: {} } }] }),
      pod("starts", {
        containerStatuses: [{ ...container, state: { waiting: { reason: "ContainerCreating" } } }],
      }),
      pod("pulls", { containerStatuses: [{ ...container, state: { waiting } }] }),
      pod("waits", { conditions: [unscheduled] }),
    ]),
  ).toEqual([
    "pod kube-system/pulls waits: ErrImagePull (no such host)",
    "pod kube-system/waits is not scheduled: 0/1 nodes are available",
  ]);
});
