import { describe, expect, test } from "vitest";
import { helperNameOf, helperSteps, nodesNeeded } from "../../../operator/helper-pods.ts";
import { attemptOf, jobFor, recoveryJobFor } from "../../../operator/job.ts";
import { trimmedRun } from "../../../operator/trim.ts";
import type { Job } from "../../../operator/workloads.ts";
import { claim, pod, record, run, settings, undoableRun } from "./worlds.ts";

interface PodSpec {
  serviceAccountName: string;
  tolerations: unknown[];
  affinity?: unknown;
  initContainers?: { image: string; env: unknown[]; volumeMounts: unknown[] }[];
  containers: { image: string; env: { name: string; value?: string }[]; volumeMounts: unknown[] }[];
}
const specOf = (job: Job) => (job.spec as unknown as { template: { spec: PodSpec } }).template.spec;
const changed = (change: object, spec: object = {}) => {
  const made = run();
  return { ...made, spec: { ...made.spec, ...spec, role: { ...made.spec.role, ...change } } };
};

describe("a runner's pod", () => {
  test("has the role's account, and in a dry run one that may only read", () => {
    expect(specOf(jobFor(run(), 60)).serviceAccountName).toBe("pystol-role-killpods");
    expect(specOf(jobFor(changed({}, { dryRun: true }), 60)).serviceAccountName).toBe(
      "pystol-dryrun-killpods",
    );
  });

  test("leaves a lost node after 30 s, and keeps away from nodes that are named as targets", () => {
    const { tolerations, affinity } = specOf(jobFor(run(), 60));
    expect(tolerations).toMatchObject([{ tolerationSeconds: 30 }, { tolerationSeconds: 30 }]);
    expect(affinity).toBeUndefined();
    const actsOn = { apiVersion: "v1", kind: "Node" };
    const onNodes = changed({ actsOn }, { target: { names: ["node-1", "node-2"] } });
    const field = (node: string) => ({
      ...{ key: "metadata.name", operator: "NotIn" },
      values: [node],
    });
    expect(specOf(jobFor(onNodes, 60)).affinity).toMatchObject({
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { preference: { matchFields: [field("node-1"), field("node-2")] } },
        ],
      },
    });
  });

  test("gets a role's source from an init container of the operator's own image, to read alone", () => {
    const source = { archive: { url: "https://example.org/a.tar.gz", sha256: "0".repeat(64) } };
    const spec = specOf(jobFor(changed({ source, image: "theirs:1" }), 60, settings));
    expect(spec.initContainers).toMatchObject([
      {
        image: "runner:1",
        env: expect.arrayContaining([
          { name: "PYSTOL_SOURCE", value: JSON.stringify(source) },
          { name: "PYSTOL_COLLECTION", value: "pystol.actions" },
        ]),
        volumeMounts: [{ name: "tmp" }, { name: "collections", mountPath: "/collections" }],
      },
    ]);
    expect(spec.containers).toMatchObject([
      {
        image: "theirs:1",
        volumeMounts: [{ name: "tmp" }, { name: "collections", readOnly: true }],
      },
    ]);
    expect(specOf(jobFor(run(), 60)).initContainers).toBeUndefined();
  });

  test("of a recovery is told its attempt, which its name tells too", () => {
    const job = recoveryJobFor(run(), 3, settings);
    expect(job.metadata.name).toBe("pa-u1-r3");
    expect(specOf(job).containers[0]?.env).toContainEqual({
      ...{ name: "PYSTOL_RECOVERY_ATTEMPT", value: "3" },
    });
    expect(specOf(jobFor(run(), 60)).containers[0]?.env.map(({ name }) => name)).not.toContain(
      "PYSTOL_RECOVERY_ATTEMPT",
    );
    const names = ["pa-u1-r3", "pa-u1-r12-x7k2p", "pa-u1", "pa-u1-r3x5k", "pa-u2-r1"];
    expect(names.map((name) => attemptOf(name, "pa-u1"))).toEqual([
      ...[3, 12, undefined, undefined, undefined],
    ]);
  });

  test("of a recovery does not go with a run that is deleted in the foreground", () => {
    const owned = recoveryJobFor(undoableRun({}), 1, settings);
    expect(owned.metadata.ownerReferences).toHaveLength(1);
    const finalizers = ["foregroundDeletion", "pystol.org/recovery"];
    const going = undoableRun({}, { finalizers });
    expect(recoveryJobFor(going, 1, settings).metadata.ownerReferences).toBeUndefined();
  });
});

describe("helper pods", () => {
  const status = {
    claim: claim(-5),
    targets: ["node-1", "node-2", "node-1"].map((node) => ({
      ...{ apiVersion: "v1", kind: "Pod", name: "web", uid: "w" },
      node,
    })),
    records: [
      { ...record("a"), node: "node-2" },
      { ...record("b", "Done"), node: "node-1" },
    ],
  };
  const made = undoableRun(status);
  const onNodes = {
    ...made,
    spec: { ...made.spec, role: { ...made.spec.role, nodeAccess: true } },
  };

  test("are on the nodes of the targets, and later on those of what is open", () => {
    expect(nodesNeeded(onNodes, false)).toEqual(["node-1", "node-2"]);
    expect(nodesNeeded(onNodes, true)).toEqual(["node-2"]);
    expect(nodesNeeded(made, false)).toEqual([]);
    const dry = { ...onNodes, spec: { ...onNodes.spec, dryRun: true } };
    expect(nodesNeeded(dry, false)).toEqual([]);
  });

  test("are made once, go when they are not needed, and one that ended makes way for another", () => {
    const parts = { image: "runner:1", deadlineSeconds: 60 };
    const steps = helperSteps(onNodes, [], ["node-1"], parts);
    expect(steps).toMatchObject([
      {
        kind: "createHelper",
        pod: {
          metadata: {
            name: expect.stringMatching(/^pa-u1-n[0-9a-f]{8}$/),
            namespace: "pystol-nodes",
          },
          spec: { nodeName: "node-1", hostPID: true },
        },
      },
    ]);
    const there = (phase: "Running" | "Failed", metadata: object = {}) =>
      pod({ phase }, { name: helperNameOf(onNodes, "node-1"), ...metadata });
    const kinds = (helper: ReturnType<typeof pod>, nodes: string[]) =>
      helperSteps(onNodes, [helper], nodes, parts).map(({ kind }) => kind);
    expect(kinds(there("Running"), ["node-1"])).toEqual([]);
    expect(kinds(there("Running"), [])).toEqual(["deleteHelper"]);
    expect(kinds(there("Failed"), ["node-1"])).toEqual(["deleteHelper"]);
    const dying = there("Failed", { deletionTimestamp: "2026-01-02T03:04:05Z" });
    expect(kinds(dying, ["node-1"])).toEqual([]);
  });

  test("are known from what is kept of a run in memory", () => {
    expect(nodesNeeded(trimmedRun(onNodes), false)).toEqual(["node-1", "node-2"]);
    expect(nodesNeeded(trimmedRun(onNodes), true)).toEqual(["node-2"]);
    expect(JSON.stringify(trimmedRun(made))).not.toContain("targets");
  });
});
