import { describe, expect, test } from "vitest";
import {
  classOf,
  type PodClass,
  type Policy,
  toleratesCordon,
} from "../../../collection/modules/drainnodes/classes.ts";
import { requestFrom } from "../../../collection/modules/drainnodes/request.ts";
import type { Pod } from "../../../collection/modules/pods/pod.ts";

const strict: Policy = {
  emptyDir: "refuse",
  podsWithoutController: "refuse",
  namespacesNotEnabled: "refuse",
};
const lax: Policy = {
  emptyDir: "delete",
  podsWithoutController: "evict",
  namespacesNotEnabled: "leave",
};
const around = { enabled: new Set(["shop"]), absentDaemonSets: new Set(["shop/gone"]) };

function pod(
  some: Partial<Pod["metadata"]> & { of?: string | undefined; phase?: string; emptyDir?: boolean },
): Pod {
  const { of = "ReplicaSet rs", phase = "Running", emptyDir, ...metadata } = some;
  const [kind = "", name = ""] = of.split(" ");
  const owner = { apiVersion: "apps/v1", kind, name, uid: "u", controller: true };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "p",
      namespace: "shop",
      ...(of ? { ownerReferences: [owner] } : {}),
      ...metadata,
    },
    spec: { volumes: [{ name: "tmp", ...(emptyDir ? { emptyDir: {} } : {}) }] },
    status: { phase },
  };
}

const mirror = { "kubernetes.io/config.mirror": "x" };
const evict: PodClass = { kind: "evict" };
const refused = (why: string): PodClass => ({ kind: "refuse", why: expect.stringContaining(why) });

describe("a drain", () => {
  test.for<[what: string, pod: Pod, strictly: PodClass, laxly: PodClass]>([
    ["a pod with a controller", pod({}), evict, evict],
    ["a pod without a controller", pod({ of: "" }), refused("nothing would replace it"), evict],
    ["a pod with an emptyDir", pod({ emptyDir: true }), refused("emptyDir"), evict],
    [
      "a pod of a DaemonSet",
      pod({ of: "DaemonSet ds", emptyDir: true }),
      { kind: "leave", why: "daemonSet" },
      { kind: "leave", why: "daemonSet" },
    ],
    [
      "a pod of a DaemonSet that is gone",
      pod({ of: "DaemonSet gone" }),
      refused("nothing would"),
      evict,
    ],
    [
      "a static pod",
      pod({ of: "Node n", annotations: mirror, namespace: "kube-system" }),
      { kind: "leave", why: "mirror" },
      { kind: "leave", why: "mirror" },
    ],
    [
      "a finished pod",
      pod({ of: "", phase: "Succeeded" }),
      { kind: "leave", why: "finished" },
      { kind: "leave", why: "finished" },
    ],
    [
      "a pod of Pystol's own, the runner of another run for example",
      pod({ namespace: "pystol-runs", of: "" }),
      { kind: "leave", why: "pystol" },
      { kind: "leave", why: "pystol" },
    ],
    [
      "a pod of a namespace that is not enabled",
      pod({ namespace: "closed" }),
      refused("the namespace closed is not enabled"),
      { kind: "leave", why: "notEnabled" },
    ],
    [
      "a pod that is ending already",
      pod({ of: "", deletionTimestamp: "2026-01-01T00:00:00Z" }),
      { kind: "wait" },
      { kind: "wait" },
    ],
  ])("of %s is decided by the policy", ([_, one, strictly, laxly]) => {
    expect(classOf(one, strict, around)).toEqual(strictly);
    expect(classOf(one, lax, around)).toEqual(laxly);
  });

  test("tells every reason against a pod at once", () => {
    const found = classOf(pod({ of: "", emptyDir: true }), strict, around);
    expect(found).toMatchObject({
      kind: "refuse",
      why: expect.stringMatching(/controller, and .*emptyDir/),
    });
  });
});

describe("a pod tolerates the cordon", () => {
  test.for<[object, boolean]>([
    [{ operator: "Exists" }, true],
    [{ key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" }, true],
    [{ key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoExecute" }, false],
    [{ key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" }, false],
    [{ operator: "Exists", effect: "NoExecute" }, false],
  ])("with %j: %s", ([toleration, tolerates]) => {
    expect(toleratesCordon({ ...pod({}), spec: { tolerations: [toleration] } })).toBe(tolerates);
  });
});

describe("the arguments of drainnodes", () => {
  const targets = [{ name: "worker", uid: "u", apiVersion: "v1", kind: "Node" }];

  test("are careful where nothing is said", () => {
    expect(requestFrom({ targets })).toMatchObject({
      state: "drained",
      policy: strict,
      evictionTimeoutMs: 120_000,
    });
  });

  test.for<[object, string]>([
    [{ targets: [] }, "targets is empty"],
    [{ targets, emptyDir: "keep" }, 'emptyDir is "keep"; expected refuse or delete'],
    [{ targets, deadline: "soon" }, 'deadline is "soon"; expected a time'],
    [{ targets, state: "verified" }, "phase is required"],
    [{ state: "uncordoned", undo: [{ id: "a", args: {} }] }, "undo is"],
    [{ state: "uncordoned", id: "a", node: targets[0] }, "mark is required"],
  ])("%j are refused: %s", ([fields, message]) => {
    expect(() => requestFrom(fields as never)).toThrow(message);
  });
});
