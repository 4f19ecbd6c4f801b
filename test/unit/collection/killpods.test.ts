import { describe, expect, test } from "vitest";
import type { PodResult } from "../../../collection/modules/killpods/kill.ts";
import {
  isReady,
  takesPlaceOf,
  unassignedReplacements,
} from "../../../collection/modules/killpods/pods.ts";
import { replacementOf } from "../../../collection/modules/killpods/replacement.ts";
import { killRequestFrom } from "../../../collection/modules/killpods/request.ts";
import { summaryOf } from "../../../collection/modules/killpods/summary.ts";
import type { Pod } from "../../../collection/modules/pods/pod.ts";

const target = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "a", uid: "1" };

function pod(
  uid: string,
  some: { controller?: string; ready?: boolean; deleting?: boolean; created?: string } = {},
): Pod {
  const {
    controller = "rs",
    ready = true,
    deleting = false,
    created = "2026-01-01T00:00:00Z",
  } = some;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `pod-${uid}`,
      uid,
      creationTimestamp: created,
      ...(deleting ? { deletionTimestamp: created } : {}),
      ownerReferences: [
        { apiVersion: "v1", kind: "Other", name: "owner", uid: "not-the-controller" },
        {
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          name: "rs",
          uid: controller,
          controller: true,
        },
      ],
    },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

describe("a replacement", () => {
  const known = { controller: "rs", before: new Set(["old"]), assigned: new Set(["taken"]) };

  test("is a Ready pod of the same controller that was not there before and replaces nothing yet", () => {
    const all = [
      pod("old"),
      pod("taken"),
      pod("other", { controller: "another" }),
      pod("not-the-controller", { controller: "x" }),
      pod("unready", { ready: false }),
      pod("leaving", { deleting: true }),
      pod("new"),
    ];
    expect(unassignedReplacements(all, known).map(({ metadata }) => metadata.uid)).toEqual(["new"]);
  });

  test("is the oldest first", () => {
    const all = [
      pod("b", { created: "2026-01-01T00:00:02Z" }),
      pod("a", { created: "2026-01-01T00:00:01Z" }),
    ];
    expect(unassignedReplacements(all, known).map(({ metadata }) => metadata.uid)).toEqual([
      "a",
      "b",
    ]);
  });

  test("replaces one pod only, also where two look for theirs at the same moment", async () => {
    const assigned = new Set<string>();
    const all: Pod[] = [];
    const event = Promise.withResolvers<void>();
    const watch = {
      all: () => all,
      until: async (isThere: () => boolean) => {
        await event.promise;
        return isThere();
      },
    };
    const wanted = { controller: "rs", killed: pod("old"), before: new Set<string>(), assigned };
    const both = Promise.all([replacementOf(watch, wanted, 0), replacementOf(watch, wanted, 0)]);
    all.push(pod("new-1"), pod("new-2"));
    event.resolve();
    expect((await both).map((one) => one?.metadata.uid)).toEqual(["new-1", "new-2"]);
  });

  test.for([
    ["Deployment's ReplicaSet", "ReplicaSet", "any", "elsewhere", true],
    ["StatefulSet under the same name", "StatefulSet", "killed", "elsewhere", true],
    ["StatefulSet under another name, as of a scale-up", "StatefulSet", "web-9", "node-1", false],
    ["DaemonSet on the same node", "DaemonSet", "any", "node-1", true],
    ["DaemonSet on another node", "DaemonSet", "any", "node-2", false],
  ] as const)("of a %s counts: %s", ([_, kind, name, nodeName, counts]) => {
    const owned = (podName: string, node: string): Pod => {
      const made = pod(podName);
      const ownerReferences = made.metadata.ownerReferences?.map((owner) => ({ ...owner, kind }));
      return {
        ...made,
        metadata: {
          ...made.metadata,
          name: podName,
          ...(ownerReferences ? { ownerReferences } : {}),
        },
        spec: { nodeName: node },
      };
    };
    expect(takesPlaceOf(owned("killed", "node-1"), owned(name, nodeName))).toBe(counts);
  });

  test("is not Ready while it says nothing of that", () => {
    expect(isReady({ ...pod("new"), status: {} })).toBe(false);
  });
});

describe("the arguments of killpods", () => {
  test("have defaults, and leave the grace period to the pods", () => {
    expect(killRequestFrom({ targets: [target], _ansible_check_mode: false })).toEqual({
      namespace: "shop",
      targets: [target],
      gracePeriodSeconds: undefined,
      waitForReplacement: true,
      replacementTimeoutMs: 120_000,
      deadline: undefined,
    });
  });

  test("that are wrong are all named at once", () => {
    const fields = {
      targets: [{ name: "a" }],
      gracePeriodSeconds: "0",
      waitForReplacement: 1,
      grace: 5,
    };
    expect(() => killRequestFrom(fields)).toThrow(
      'targets is [{"name":"a"}]; expected a list, each item with name, namespace and uid. gracePeriodSeconds is "0"; expected a whole number from 0 to 3600. waitForReplacement is 1; expected true or false. grace is not an argument of this module; it takes targets, gracePeriodSeconds, waitForReplacement, replacementTimeoutSeconds, deadline.',
    );
  });

  test("need targets, in one namespace", () => {
    expect(() => killRequestFrom({})).toThrow("targets is required.");
    expect(() => killRequestFrom({ targets: [] })).toThrow("targets is empty");
    const elsewhere = { ...target, namespace: "other" };
    expect(() => killRequestFrom({ targets: [target, elsewhere] })).toThrow("shop and other");
  });
});

describe("what killpods says", () => {
  const request = killRequestFrom({ targets: [target], replacementTimeoutSeconds: 5 });
  const result = (
    name: string,
    outcome: PodResult["outcome"],
    replacedBy?: object | null,
  ): PodResult => ({
    ...{ name, uid: name, outcome },
    evidence: (replacedBy === undefined ? {} : { replacedBy }) as PodResult["evidence"],
  });
  const killed = (name: string) => result(name, "killed", { name: `new-${name}`, uid: "n" });

  test.for<[string, PodResult[], object]>([
    [
      "passes where all are killed and replaced",
      [killed("a"), killed("b")],
      { changed: true, msg: "2 pods killed and gone: a, b; replaced by Ready new-a, new-b." },
    ],
    [
      "passes where a pod had no controller",
      [result("a", "killed", null)],
      { changed: true, msg: "1 pod killed and gone: a; no replacement was waited for." },
    ],
    [
      "is NoTargets where all vanished before",
      [result("a", "vanished")],
      { failed: true, changed: false, pystol_verdict: "NoTargets" },
    ],
    [
      "is a failure where one vanished before",
      [killed("a"), result("b", "vanished")],
      {
        failed: true,
        pystol_verdict: "Failed",
        msg: "Of 2 pods, 1 vanished before being killed: b.",
      },
    ],
    [
      "is a failure where one did not go",
      [killed("a"), result("b", "present")],
      { failed: true, pystol_verdict: "Failed", msg: "Of 2 pods, 1 did not go: b." },
    ],
    [
      "is a failure where one was not replaced",
      [killed("a"), result("b", "killed")],
      {
        failed: true,
        pystol_verdict: "Failed",
        msg: "2 pods killed, but 1 had no Ready replacement within 5 s: b.",
      },
    ],
  ])("%s", ([_, results, summary]) => {
    expect(summaryOf(results, request)).toMatchObject(summary);
    expect("failed" in summaryOf(results, request)).toBe("failed" in summary);
  });

  test("does not complain of replacements that nobody waited for", () => {
    const unwaited = killRequestFrom({ targets: [target], waitForReplacement: false });
    expect(summaryOf([result("a", "killed")], unwaited)).not.toHaveProperty("failed");
  });
});
