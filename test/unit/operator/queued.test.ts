import { describe, expect, test } from "vitest";
import type { Turn } from "../../../operator/admission.ts";
import { reconcile, type World } from "../../../operator/reconcile.ts";
import { action, at, claim, job, NOW, pod, run, settings, undoableRun, world } from "./worlds.ts";

const plan = (change: Partial<World>, nowMs = NOW) => reconcile(world(change), settings, nowMs);
const kinds = (change: Partial<World>) => plan(change).steps.map(({ kind }) => kind);
const place = (position: number): Turn => ({
  kind: "wait",
  position,
  reason: "MaxConcurrentActions",
});

/** The action as it is after the plan's status was written. */
function written(change: Partial<World>) {
  const [step] = plan(change).steps;
  if (step?.kind !== "setStatus") throw new Error("no status was written");
  return action({ status: step.status });
}

describe("an action that waits", () => {
  test("is Queued with its position and the reason", () => {
    expect(plan({ turn: place(40) }).steps).toMatchObject([
      {
        kind: "setStatus",
        status: {
          phase: "Queued",
          queuePosition: 40,
          conditions: [
            { type: "Accepted", status: "True" },
            { type: "Started", status: "False", reason: "MaxConcurrentActions" },
          ],
        },
      },
    ]);
  });

  test("has its position written again only when it has halved, or is among the first", () => {
    const queued = written({ turn: place(40) });
    expect(kinds({ action: queued, turn: place(39) })).toEqual([]);
    expect(kinds({ action: queued, turn: place(20) })).toEqual(["setStatus"]);
    const near = written({ turn: place(4) });
    expect(kinds({ action: near, turn: place(4) })).toEqual([]);
    expect(kinds({ action: near, turn: place(3) })).toEqual(["setStatus"]);
  });

  test("starts when it is its turn", () => {
    const queued = written({ turn: place(1) });
    expect(kinds({ action: queued })).toEqual(["createRun"]);
  });

  test("is refused before it waits, and ends at its startDeadline with the reason", () => {
    expect(plan({ role: undefined, turn: place(9) }).steps).toMatchObject([
      { status: { verdict: "Error", message: expect.stringMatching(/no PystolRole/) } },
    ]);
    expect(plan({ turn: place(9) }, NOW + 51_000).steps).toMatchObject([
      {
        status: {
          verdict: "Error",
          message: expect.stringMatching(/As many actions run as may at once\. Nothing was/),
        },
      },
    ]);
  });
});

describe("the platform's stop", () => {
  test("lets nothing start", () => {
    expect(plan({ isStopped: true }).steps).toMatchObject([
      { status: { phase: "Queued", conditions: [{}, { reason: "PlatformStopped" }] } },
    ]);
  });

  test("takes back a run that no pod has claimed, and tells a running one to stop", () => {
    expect(plan({ isStopped: true, run: run(), job }).steps).toMatchObject([
      { kind: "closeRun" },
      { status: { verdict: "Aborted", message: expect.stringMatching(/platform's stop/) } },
      { kind: "deleteJob" },
    ]);
    const running = { run: run({ claim: claim(-5) }), job, pods: [pod({ phase: "Running" })] };
    expect(kinds({ isStopped: true, ...running })).toContain("stopRun");
  });
});

describe("a run", () => {
  test("is protected, as its action is, only where it may have to be undone", () => {
    expect(run().metadata.finalizers).toBeUndefined();
    expect(undoableRun({}).metadata.finalizers).toEqual(["pystol.org/recovery"]);
    const { role } = world();
    if (!role) throw new Error("no role");
    const undoable = { ...role, spec: { ...role.spec, phased: true, undoable: true } };
    expect(kinds({ role: undoable })).toEqual(["addFinalizer", "createRun"]);
    expect(kinds({ role: undoable, action: action({ spec: { dryRun: true } }) })).toEqual([
      "createRun",
    ]);
  });

  test("that is being deleted by somebody is ended, and its action is an Error", () => {
    const deleted = undoableRun({}, { deletionTimestamp: at(-1) });
    expect(plan({ run: deleted, job }).steps).toMatchObject([
      { kind: "closeRun" },
      { status: { verdict: "Error", message: expect.stringMatching(/was deleted/) } },
    ]);
  });
});
