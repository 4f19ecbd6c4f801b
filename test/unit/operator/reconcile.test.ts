import { describe, expect, test } from "vitest";
import { closingClaim } from "../../../operator/claim.ts";
import { reconcile, type World } from "../../../operator/reconcile.ts";
import {
  action,
  at,
  belongings,
  claim,
  ended,
  job,
  NOW,
  pod,
  report,
  run,
  settings,
  world,
} from "./worlds.ts";

const kinds = (change: Partial<World>, nowMs = NOW) =>
  reconcile(world(change), settings, nowMs).steps.map(({ kind }) => kind);
const finished = (change: object = {}) =>
  action({
    metadata: { finalizers: ["pystol.org/run"] },
    status: {
      verdict: "Passed",
      completionTime: at(-1),
      conditions: [{ type: "Complete", status: "True" }],
    },
    ...change,
  });

describe("reconcile", () => {
  test("makes the run of an action that may start, and nothing else at once", () => {
    expect(kinds({})).toEqual(["createRun"]);
  });

  test("says that the action was accepted, and which run it has, before it makes the Job", () => {
    expect(kinds({ run: run() })).toEqual(["setStatus", "createJob"]);
  });

  test("makes no second Job once a pod has claimed the run", () => {
    const steps = kinds({
      run: run({ claim: claim(-5), startTime: at(-5) }),
      pods: [pod({ phase: "Running" })],
    });
    expect(steps).not.toContain("createJob");
  });

  test("does nothing where nothing changed", () => {
    const before = reconcile(world({ run: run(), job }), settings, NOW).steps[0];
    const status = before?.kind === "setStatus" ? before.status : undefined;
    expect(status).toBeDefined();
    expect(
      kinds({ run: run(), job, action: action({ status: status as object }) }, NOW + 5000),
    ).toEqual([]);
  });

  test("keeps the time of a condition that did not change", () => {
    const known = {
      type: "Accepted",
      status: "True",
      reason: "Accepted",
      message: "x",
      lastTransitionTime: at(-60),
    };
    const plan = reconcile(
      world({ run: run(), job, action: action({ status: { conditions: [known] } }) }),
      settings,
      NOW,
    );
    const step = plan.steps.find(({ kind }) => kind === "setStatus");
    expect(step).toMatchObject({
      status: { conditions: [{ type: "Accepted", lastTransitionTime: at(-60) }] },
    });
  });

  test("never runs again an action whose run was deleted, once a live read says so", () => {
    const named = action({ status: { startTime: at(-5), run: "pa-u1" } });
    expect(kinds({ action: named })).toEqual(["lookUp"]);
    const there = new Map([["pa-u1", { state: "there" as const, at: NOW }]]);
    expect(kinds({ action: named, findings: there })).toEqual([]);
    expect(kinds({ action: named, findings: there }, NOW + 1000)).toEqual(["lookUp"]);
    const findings = new Map([["pa-u1", { state: "gone" as const, at: NOW }]]);
    expect(reconcile(world({ action: named, findings }), settings, NOW).steps).toMatchObject([
      {
        kind: "setStatus",
        status: {
          verdict: "Error",
          run: "pa-u1",
          message: expect.stringMatching(/deleted before it reported.*may have been injected/),
        },
      },
    ]);
  });

  test("waits a moment for a role that may have been applied together with the action", () => {
    const fresh = action({ metadata: { creationTimestamp: at(-1) } });
    expect(reconcile(world({ action: fresh, role: undefined }), settings, NOW)).toEqual({
      steps: [],
      requeueAfterMs: 2000,
    });
    expect(kinds({ action: fresh, role: undefined }, NOW + 2000)).toEqual(["setStatus"]);
  });

  test("passes a stop on to the run once, and takes back an action that has not started", () => {
    const stopped = action({ spec: { stop: true } });
    const started = run({ claim: claim(-5) });
    expect(
      kinds({ action: stopped, run: started, job, pods: [pod({ phase: "Running" })] }),
    ).toContain("stopRun");
    const told = { ...started, spec: { ...started.spec, stop: true } };
    expect(
      kinds({ action: stopped, run: told, job, pods: [pod({ phase: "Running" })] }),
    ).not.toContain("stopRun");
    const plan = reconcile(
      world({ action: stopped, run: run(), job: { ...job, status: { active: 1 } } }),
      settings,
      NOW,
    );
    expect(plan.steps).toMatchObject([
      { kind: "closeRun" },
      { kind: "setStatus", status: { verdict: "Aborted" } },
      { kind: "deleteJob" },
    ]);
  });

  test("closes a run that no pod has claimed before it says that nothing was injected, and only then", () => {
    const old = action({ metadata: { creationTimestamp: at(-61) } });
    expect(kinds({ action: old, run: run(), job })).toEqual(["closeRun", "setStatus", "deleteJob"]);
    const closed = run({ claim: closingClaim(at(-1)) });
    const { steps } = reconcile(world({ action: old, run: closed, job }), settings, NOW);
    expect(steps[1]).toMatchObject({
      status: { verdict: "Error", message: expect.stringMatching(/Nothing was injected/) },
    });
  });

  test("gives up an action that it could not start within the start deadline", () => {
    const old = action({ metadata: { creationTimestamp: at(-61) } });
    expect(reconcile(world({ action: old }), settings, NOW).steps).toMatchObject([
      {
        kind: "setStatus",
        status: { verdict: "Error", message: expect.stringMatching(/startDeadline/) },
      },
    ]);
  });

  test("leaves the pod of a run that reported an Error to end by itself, with its log", () => {
    const reported = run({ claim: claim(-5), report: report({ verdict: "Error" }) });
    const ending = [pod({ phase: "Running" })];
    const active = { ...job, status: { active: 1 } };
    expect(kinds({ run: reported, job: active, pods: ending })).toEqual(["setStatus"]);
    const lost = run({ claim: claim(-400) }, at(-406));
    expect(kinds({ run: lost, job: active, pods: ending })).toEqual([
      "closeRun",
      "setStatus",
      "deleteJob",
    ]);
  });

  test("lets go of a pod only when it has ended and the verdict is stored", () => {
    const over = pod(ended({ exitCode: 0 }));
    const ending = [pod({ phase: "Running" })];
    const reported = run({ claim: claim(-5), report: report() });
    expect(kinds({ action: finished(), run: reported, job, pods: ending })).toEqual([]);
    expect(kinds({ action: finished(), run: reported, job, pods: [over] })).toEqual(["releasePod"]);
    expect(kinds({ run: reported, job, pods: [over] })).toEqual(["setStatus", "releasePod"]);
  });

  test("leaves the Job of a run with a result alone, and ends that of a lost one", () => {
    const active = { ...job, status: { active: 1 } };
    const reported = run({ claim: claim(-5), report: report() });
    expect(kinds({ action: finished(), run: reported, job: active })).toEqual([]);
    const lost = finished({
      status: {
        verdict: "TimedOut",
        completionTime: at(-1),
        conditions: [{ type: "Failed", status: "True" }],
      },
    });
    expect(kinds({ action: lost, run: run(), job: active })).toEqual(["deleteJob"]);
  });

  test("asks whether the action of a run that it does not know is gone, before it ends the run", () => {
    const strays = [belongings({ run: run() })];
    expect(kinds({ action: undefined, strays })).toEqual(["lookUp"]);
    const found = (state: "gone" | "there" | "finished", at = NOW) => ({
      action: undefined,
      strays,
      findings: new Map([["u1", { state, at }]]),
    });
    expect(kinds(found("there"))).toEqual([]);
    expect(kinds(found("there", NOW - 1000))).toEqual(["lookUp"]);
    expect(kinds(found("gone"))).toEqual(["closeRun"]);
  });

  test("clears a run away that has its report, when Kubernetes has deleted its Job, whatever became of the action", () => {
    const over = run({ claim: claim(-5), report: report() });
    const ended1 = pod(ended({ exitCode: 0 }));
    const strays = (change: object) => ({
      action: undefined,
      strays: [belongings({ run: over, ...change })],
    });
    expect(kinds(strays({ job, pods: [pod({ phase: "Running" })] }))).toEqual([]);
    expect(kinds(strays({ job, pods: [ended1] }))).toEqual(["releasePod"]);
    expect(kinds(strays({ job }))).toEqual([]);
    expect(kinds(strays({}))).toEqual(["deleteRun"]);
  });

  test("does not touch what has no run in its cache, unless a live read finds none", () => {
    const labels = { "pystol.org/action-uid": "u1" };
    const orphan = belongings({
      job: { ...job, metadata: { ...job.metadata, labels } },
      pods: [pod(ended({}), { labels })],
    });
    expect(kinds({ action: undefined, strays: [orphan] })).toEqual(["lookUp"]);
    const findings = new Map([["pa-u1", { state: "gone" as const, at: NOW }]]);
    expect(kinds({ action: undefined, strays: [orphan], findings })).toEqual([
      "releasePod",
      "deleteJob",
    ]);
  });

  test("deletes a finished action when its time to live is over, and not before", () => {
    const mortals = [{ action: finished(), dueMs: NOW + 9000 }];
    expect(reconcile(world({ action: undefined, mortals }), settings, NOW)).toEqual({
      steps: [],
      requeueAfterMs: 9000,
    });
    expect(kinds({ action: undefined, mortals }, NOW + 9000)).toEqual(["deleteAction"]);
  });
});
