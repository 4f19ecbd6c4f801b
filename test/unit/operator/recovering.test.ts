import { describe, expect, test } from "vitest";
import { reconcile, type World } from "../../../operator/reconcile.ts";
import type { Job } from "../../../operator/workloads.ts";
import {
  action,
  at,
  claim,
  ended,
  job,
  NOW,
  pod,
  record,
  report,
  settings,
  undoableRun,
  world,
} from "./worlds.ts";

const held = action({ metadata: { finalizers: ["pystol.org/run"] } });
const killed = [pod(ended({ exitCode: 137 }))];
const stopped = (status: object, metadata: object = {}) => {
  const made = undoableRun({ claim: claim(-5), ...status }, metadata);
  return { ...made, spec: { ...made.spec, stop: true } };
};
const attempt = (n: number, conditions: object[] = []): Job =>
  ({ ...job, metadata: { ...job.metadata, name: `pa-u1-r${n}` }, status: { conditions } }) as Job;
const failed = (seconds: number) => ({
  type: "Failed",
  status: "True",
  lastTransitionTime: at(seconds),
});
const plan = (change: Partial<World>, nowMs = NOW) =>
  reconcile(world({ action: held, ...change }), settings, nowMs);
const kinds = (change: Partial<World>, nowMs = NOW) =>
  plan(change, nowMs).steps.map(({ kind }) => kind);
const since = (seconds: number) =>
  action({
    metadata: { finalizers: ["pystol.org/run"] },
    status: {
      phase: "Recovering",
      conditions: [
        {
          type: "Recovered",
          status: "False",
          reason: "Recovering",
          message: "",
          lastTransitionTime: at(seconds),
        },
      ],
    },
  });

describe("a lost runner that may have left something to undo", () => {
  test("is closed, its Job is deleted, and it is waited for while its pod may still act", () => {
    const late = undoableRun({ claim: claim(-400) }, { creationTimestamp: at(-500) });
    const change = { run: late, job, pods: [pod({ phase: "Running" })] };
    expect(kinds(change)).toEqual(["closeRun", "setStatus", "deleteJob"]);
    const dying = pod({ phase: "Running" }, { deletionTimestamp: at(0) });
    const deleted = { ...job, metadata: { ...job.metadata, deletionTimestamp: at(0) } };
    const told = { ...late, spec: { ...late.spec, stop: true } };
    expect(plan({ run: told, job: deleted, pods: [dying] })).toMatchObject({
      steps: [{ kind: "setStatus", status: { phase: "Recovering" } }],
      requeueAfterMs: 90_000,
    });
  });

  test("gets one recovery Job once it is over, and the status says since when", () => {
    const { steps } = plan({ run: stopped({ records: [record("a")] }), pods: killed });
    expect(steps).toMatchObject([
      {
        kind: "setStatus",
        status: {
          phase: "Recovering",
          conditions: expect.arrayContaining([
            expect.objectContaining({
              type: "Recovered",
              status: "False",
              reason: "Recovering",
              lastTransitionTime: at(0),
            }),
          ]),
        },
      },
      { kind: "createJob", job: { metadata: { name: "pa-u1-r1" } } },
    ]);
  });

  test.each([
    ["its Job goes on", { recoveryJobs: [attempt(1)] }],
    [
      "its pod goes on though its Job is over",
      { recoveryJobs: [attempt(1, [failed(-60)])], recoveryPods: [pod({ phase: "Running" })] },
    ],
    ["its pod goes on though its Job is gone", { recoveryPods: [pod({ phase: "Running" })] }],
    ["the pause after it is not over", { recoveryJobs: [attempt(1, [failed(-4)])] }],
  ])("gets no second recovery while %s", (_, change) => {
    const run = stopped({ records: [record("a")] });
    expect(kinds({ action: since(-30), run, pods: killed, ...change })).not.toContain("createJob");
  });

  test.each([
    ["its Job's name", {}, { recoveryJobs: [attempt(1, [failed(-60)])] }],
    ["the run's own record of it", { recovery: { attempt: 1 } }, {}],
  ])("gets the next attempt under the next number, by %s", (_, status, change) => {
    const run = stopped({ records: [record("a")], ...status });
    expect(plan({ action: since(-90), run, pods: killed, ...change }).steps).toContainEqual(
      expect.objectContaining({
        kind: "createJob",
        job: expect.objectContaining({ metadata: expect.objectContaining({ name: "pa-u1-r2" }) }),
      }),
    );
  });

  test("ends in Error that says that all is undone", () => {
    const run = stopped({ records: [record("a", "Done"), record("b", "Done")] });
    const { steps } = plan({ action: since(-30), run, pods: killed });
    expect(steps).toMatchObject([
      { kind: "removeFinalizer" },
      {
        kind: "setStatus",
        status: {
          verdict: "Error",
          message: expect.stringMatching(/SIGKILL.*All 2 recorded changes are undone/),
          conditions: expect.arrayContaining([
            expect.objectContaining({ type: "Recovered", status: "True" }),
          ]),
        },
      },
      { kind: "releasePod" },
    ]);
  });

  test("ends in Error that names what is left when recovery was tried for long enough, and ends the attempt", () => {
    const run = stopped({ records: [record("a"), record("b", "Done")] });
    const change = {
      run,
      pods: [],
      findings: new Map([["p1", { state: "gone" as const, at: 0 }]]),
    };
    const { steps } = plan({ ...change, action: since(-300), recoveryJobs: [attempt(3)] });
    expect(steps).toMatchObject([
      { kind: "removeFinalizer" },
      {
        kind: "setStatus",
        status: {
          verdict: "Error",
          message: expect.stringMatching(
            /1 of 2 recorded changes are not undone: a \(still open\)/,
          ),
          conditions: expect.arrayContaining([
            expect.objectContaining({
              type: "Recovered",
              status: "False",
              reason: "RecoveryFailed",
            }),
          ]),
        },
      },
      { kind: "deleteJob", job: { metadata: { name: "pa-u1-r3" } } },
    ]);
  });

  test("has nothing to undo where it recorded nothing", () => {
    expect(plan({ run: stopped({}), pods: killed }).steps).toContainEqual(
      expect.objectContaining({
        kind: "setStatus",
        status: expect.objectContaining({
          verdict: "Error",
          message: expect.stringMatching(/nothing to undo/),
        }),
      }),
    );
  });
});

describe("a report", () => {
  test("waits for the recovery of what is open, and then is the verdict", () => {
    const open = undoableRun({ claim: claim(-5), report: report(), records: [record("a")] });
    expect(kinds({ run: open, job, pods: [pod({ phase: "Running" })] })).toEqual(["setStatus"]);
    expect(kinds({ run: open, pods: killed })).toEqual(["setStatus", "createJob"]);
    const done = { ...open, status: { ...open.status, records: [record("a", "Done")] } };
    expect(plan({ run: done, pods: killed }).steps).toContainEqual(
      expect.objectContaining({ status: expect.objectContaining({ verdict: "Passed" }) }),
    );
  });

  test("is never a pass where somebody else changed what was to be undone", () => {
    const run = undoableRun({
      claim: claim(-5),
      report: report(),
      records: [record("a", "Conflict")],
    });
    expect(plan({ run, pods: killed }).steps).toContainEqual(
      expect.objectContaining({
        status: expect.objectContaining({
          verdict: "Error",
          verified: false,
          phase: "Failed",
          message: expect.stringMatching(/a \(changed by somebody else meanwhile\)/),
          conditions: expect.arrayContaining([
            expect.objectContaining({ type: "Recovered", reason: "UndoConflict", status: "False" }),
          ]),
        }),
      }),
    );
  });
});

describe("what a run leaves when it is over", () => {
  const lock = (holder: string) => ({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "lock-patch-x", namespace: "pystol-runs", uid: "l1" },
    spec: { holderIdentity: holder },
  });

  test("is its own locks, which are given back, and never those of another run", () => {
    const run = stopped({ records: [record("a", "Done")] });
    expect(kinds({ run, pods: [], findings: gonePod, locks: [lock("pa-u1")] })).toContain(
      "deleteLock",
    );
    expect(kinds({ run, pods: [], findings: gonePod, locks: [lock("pa-u2")] })).not.toContain(
      "deleteLock",
    );
  });

  test("is the record of what could not be undone, as long as the action exists", () => {
    const run = stopped({ records: [record("a")] });
    const stray = { ...world(), run };
    const finished = new Map([["u1", { state: "finished" as const, at: NOW }]]);
    const asked = { action: undefined, strays: [stray], findings: finished };
    expect(plan(asked)).toEqual({ steps: [], requeueAfterMs: 300_000 });
    expect(kinds(asked, NOW + 300_000)).toEqual(["lookUp"]);
    const findings = new Map([...gonePod, ["u1", { state: "gone" as const, at: NOW }]] as const);
    expect(kinds({ ...asked, findings })).toEqual(["deleteRun"]);
  });
});

const gonePod = new Map([["p1", { state: "gone" as const, at: NOW }]]);
