import { describe, expect, test } from "vitest";
import { closingClaim } from "../../../operator/claim.ts";
import { reconcile, type World } from "../../../operator/reconcile.ts";
import { action, at, claim, ended, job, NOW, pod, report, run, settings, world } from "./worlds.ts";

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
const deleting = { deletionTimestamp: at(-1), finalizers: ["pystol.org/run"] };

describe("reconcile", () => {
  test("protects a new action from vanishing before it makes its run", () => {
    expect(kinds({})).toEqual(["addFinalizer", "createRun"]);
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

  test("never runs again an action whose run was deleted while it ran", () => {
    const plan = reconcile(
      world({ action: action({ status: { startTime: at(-5), run: "pa-u1" } }) }),
      settings,
      NOW,
    );
    expect(plan.steps).toMatchObject([
      {
        kind: "setStatus",
        status: { verdict: "Error", message: expect.stringMatching(/deleted before it reported/) },
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
    expect(kinds({ action: old, run: run(), job })).toEqual(["closeRun", "setStatus"]);
    const closed = run({ claim: closingClaim(at(-1)) });
    const { steps } = reconcile(world({ action: old, run: closed, job }), settings, NOW);
    expect(steps.at(-1)).toMatchObject({
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

  test("deletes in order: the Job, the ended pod, the run, and last its hold on the action", () => {
    const gone = action({ metadata: deleting });
    const dying = { ...job, metadata: { ...job.metadata, deletionTimestamp: at(-1) } };
    const lives = pod({ phase: "Running" }, { deletionTimestamp: at(-1) });
    const over = pod(ended({}), { deletionTimestamp: at(-1) });
    const untold = run();
    const told = { ...untold, spec: { ...untold.spec, stop: true } };
    expect(kinds({ action: gone, run: untold, job, pods: [pod({ phase: "Running" })] })).toEqual([
      "deleteJob",
      "stopRun",
    ]);
    expect(kinds({ action: gone, run: told, job: dying, pods: [lives] })).toEqual([]);
    expect(kinds({ action: gone, run: told, job: dying, pods: [over] })).toEqual(["releasePod"]);
    expect(kinds({ action: gone, run: told })).toEqual(["deleteRun"]);
    expect(kinds({ action: gone })).toEqual(["removeFinalizer"]);
  });

  test("deletes the run of a pod whose Job was deleted without it", () => {
    const gone = action({ metadata: deleting });
    const orphan = pod(ended({}));
    expect(kinds({ action: gone, run: run(), pods: [orphan] })).toEqual(["releasePod"]);
    const released = { ...orphan, metadata: { ...orphan.metadata, finalizers: [] } };
    expect(kinds({ action: gone, run: run(), pods: [released] })).toEqual(["deleteRun"]);
    expect(kinds({ action: gone, pods: [released] })).toEqual(["removeFinalizer"]);
    expect(kinds({ action: gone, run: run(), pods: [pod({ phase: "Running" })] })).toEqual([
      "stopRun",
    ]);
  });

  test("does not wait for a lost node for ever", () => {
    const gone = action({ metadata: deleting });
    const stuck = pod({ phase: "Running" }, { deletionTimestamp: at(-301) });
    const dying = { ...job, metadata: { ...job.metadata, deletionTimestamp: at(-301) } };
    expect(kinds({ action: gone, run: run(), job: dying, pods: [stuck] })).toEqual(["releasePod"]);
    const released = { ...stuck, metadata: { ...stuck.metadata, finalizers: [] } };
    expect(kinds({ action: gone, run: run(), job: dying, pods: [released] })).toEqual([
      "deleteRun",
    ]);
    expect(kinds({ action: gone, job: dying, pods: [released] })).toEqual(["removeFinalizer"]);
  });

  test("takes away the run of an action of the same name that is gone", () => {
    const stray = { run: run(), job: undefined, pods: [] };
    expect(kinds({ action: undefined, strays: [stray] })).toEqual(["deleteRun"]);
    expect(kinds({ strays: [stray] })).toEqual(["deleteRun", "addFinalizer", "createRun"]);
  });

  test("lets go of a pod that nothing knows of any more", () => {
    const orphan = {
      run: undefined,
      job: undefined,
      pods: [pod(ended({}), { deletionTimestamp: at(-1) })],
    };
    expect(kinds({ action: undefined, strays: [orphan] })).toEqual(["releasePod"]);
  });

  test("never makes a run again that the status names", () => {
    const named = action({ status: { run: "pa-u1" } });
    expect(reconcile(world({ action: named }), settings, NOW).steps).toMatchObject([
      {
        status: {
          verdict: "Error",
          run: "pa-u1",
          message: expect.stringMatching(/may have been injected/),
        },
      },
    ]);
  });

  test("deletes an action when its time to live is over, and not before", () => {
    const mortal = finished({ spec: { ttlSecondsAfterFinished: 10 } });
    expect(reconcile(world({ action: mortal, run: run() }), settings, NOW)).toEqual({
      steps: [],
      requeueAfterMs: 9000,
    });
    expect(kinds({ action: mortal, run: run() }, NOW + 9000)).toEqual(["deleteAction"]);
  });
});
