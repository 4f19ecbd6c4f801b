import { createHash } from "node:crypto";
import type { Report } from "../../../crds/types/report.ts";
import type { PystolAction, PystolRole, PystolRun } from "../../../kubernetes/resources.ts";
import type { Belongings, RunSettings, World } from "../../../operator/reconcile.ts";
import { runFor } from "../../../operator/run.ts";
import type { Job, Pod } from "../../../operator/workloads.ts";

export const NOW = Date.parse("2026-01-02T03:04:05.000Z");
export const at = (offsetSeconds: number) => new Date(NOW + offsetSeconds * 1000).toISOString();
export const NONCE = "a".repeat(32);
export const settings: RunSettings = {
  runnerImage: "runner:1",
  keepSeconds: 600,
  recoverySeconds: 300,
  nodeFaults: true,
};

export const role: PystolRole = {
  apiVersion: "pystol.org/v1alpha1",
  kind: "PystolRole",
  metadata: { name: "killpods" },
  spec: {
    collection: "pystol.actions",
    role: "killpods",
    actsOn: { apiVersion: "v1", kind: "Pod" },
    verified: true,
  },
};

export function action(
  change: { spec?: object; status?: object; metadata?: object } = {},
): PystolAction {
  return {
    apiVersion: "pystol.org/v1alpha1",
    kind: "PystolAction",
    metadata: {
      name: "kill-web",
      namespace: "shop",
      uid: "u1",
      generation: 1,
      creationTimestamp: at(-10),
      ...change.metadata,
    },
    spec: {
      role: "killpods",
      target: { names: ["web"] },
      startDeadline: "1m",
      timeout: "5m",
      ...change.spec,
    },
    ...(change.status ? { status: change.status as never } : {}),
  };
}

export function run(status?: object, created = at(-10)): PystolRun {
  const made = runFor(action(), role, settings.runnerImage);
  return {
    ...made,
    metadata: { ...made.metadata, uid: "r1", creationTimestamp: created },
    ...(status ? { status: status as never } : {}),
  };
}

export const claim = (seconds: number) => ({
  podName: "pa-u1-x",
  podUID: "p1",
  time: at(seconds),
  nonceSHA256: createHash("sha256").update(NONCE).digest("hex"),
});

export const report = (change: Partial<Report> = {}): Report => ({
  schemaVersion: 1,
  nonce: NONCE,
  verdict: "Passed",
  verified: true,
  message: "Killed.",
  startTime: at(-5),
  completionTime: at(-1),
  ...change,
});

export const job: Job = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "pa-u1", namespace: "pystol-runs", uid: "j1" },
} as Job;

export function pod(status: Pod["status"], metadata: object = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "pa-u1-x",
      namespace: "pystol-runs",
      uid: "p1",
      finalizers: ["pystol.org/report"],
      ...metadata,
    },
    spec: { nodeName: "node-1" },
    ...(status ? { status } : {}),
  };
}

export const ended = (terminated: object): Pod["status"] => ({
  phase: "Failed",
  containerStatuses: [
    { name: "runner", state: { terminated: { exitCode: 1, finishedAt: at(-10), ...terminated } } },
  ],
});

export function world(change: Partial<World> = {}): World {
  return {
    action: action(),
    role,
    namespace: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "shop", labels: { "pystol.org/enabled": "true" } },
    },
    turn: { kind: "start" },
    isStopped: false,
    isClosing: false,
    strays: [],
    findings: new Map(),
    mortals: [],
    ...belongings(),
    ...change,
  };
}

export function belongings(change: Partial<Belongings> = {}): Belongings {
  return {
    run: undefined,
    job: undefined,
    pods: [],
    recoveryJobs: [],
    recoveryPods: [],
    helpers: [],
    locks: [],
    ...change,
  };
}

/** A run of a role that records what it changes. */
export function undoableRun(status: object, metadata: object = {}): PystolRun {
  const undoable = { ...role, spec: { ...role.spec, phased: true, undoable: true } };
  const made = runFor(action(), undoable, settings.runnerImage);
  return {
    ...made,
    metadata: { ...made.metadata, uid: "r1", creationTimestamp: at(-10), ...metadata },
    status: status as never,
  };
}

export const record = (id: string, state: "Open" | "Done" | "Conflict" = "Open") => ({
  id,
  state,
  module: "pystol.actions.patch",
  attempts: 0,
});
