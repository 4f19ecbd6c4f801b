import { describe, expect, test } from "vitest";
import { closingClaim } from "../../../operator/claim.ts";
import { reconcile, type World } from "../../../operator/reconcile.ts";
import {
  action,
  at,
  claim,
  ended,
  job,
  NOW,
  pod,
  record,
  run,
  settings,
  undoableRun,
  world,
} from "./worlds.ts";

const deleting = { deletionTimestamp: at(-1), finalizers: ["pystol.org/run"] };
const namespaceOf = { apiVersion: "v1", kind: "Namespace" };
const gone = action({ metadata: deleting });
const plan = (change: Partial<World>, nowMs = NOW) =>
  reconcile(world({ action: gone, ...change }), settings, nowMs);
const kinds = (change: Partial<World>, nowMs = NOW) =>
  plan(change, nowMs).steps.map(({ kind }) => kind);
const dying = { ...job, metadata: { ...job.metadata, deletionTimestamp: at(-1) } };
const told = (made: ReturnType<typeof run>) => ({ ...made, spec: { ...made.spec, stop: true } });

describe("deleting an action", () => {
  test("goes in order: the run is told, the Job goes, the ended pod, the run, and last the hold on the action", () => {
    const claimed = run({ claim: claim(-5) });
    const lives = pod({ phase: "Running" }, { deletionTimestamp: at(-1) });
    const over = pod(ended({}), { deletionTimestamp: at(-1) });
    expect(kinds({ run: claimed, job, pods: [pod({ phase: "Running" })] })).toEqual([
      "deleteJob",
      "stopRun",
    ]);
    expect(kinds({ run: told(claimed), job: dying, pods: [lives] })).toEqual([]);
    expect(kinds({ run: told(claimed), job: dying, pods: [over] })).toEqual([
      "releasePod",
      "deleteRun",
    ]);
    expect(kinds({})).toEqual(["removeFinalizer"]);
  });

  test("closes a run that no pod has claimed before anything else, so that none ever will", () => {
    expect(kinds({ run: run(), job, pods: [pod({ phase: "Pending" })] })).toEqual([
      "closeRun",
      "deleteJob",
    ]);
    const closed = run({ claim: closingClaim(at(-1)) });
    expect(kinds({ run: closed })).toEqual(["deleteRun"]);
  });

  test("takes a claiming pod that it does not know for alive until a live read finds it gone", () => {
    const claimed = told(run({ claim: claim(-5) }));
    expect(kinds({ run: claimed })).toEqual(["lookUp"]);
    const there = new Map([["p1", { state: "there" as const, at: NOW }]]);
    expect(plan({ run: claimed, findings: there })).toEqual({ steps: [], requeueAfterMs: 1000 });
    const findings = new Map([["p1", { state: "gone" as const, at: NOW }]]);
    expect(kinds({ run: claimed, findings })).toEqual(["deleteRun"]);
  });

  test("does not wait for a lost node for ever: a pod whose deletion was due 90 s ago has no token any more", () => {
    const lost = pod({ phase: "Running" }, { deletionTimestamp: at(-1) });
    const change = { run: told(run({ claim: claim(-5) })), job: dying, pods: [lost] };
    expect(plan(change)).toEqual({ steps: [], requeueAfterMs: 89_000 });
    expect(kinds(change, NOW + 89_000)).toEqual(["releasePod", "deleteRun"]);
  });

  test("undoes what is open first, for recoverySeconds at the longest, and names what is left", () => {
    const claimed = (change: object = {}) =>
      told(undoableRun({ claim: claim(-5), records: [record("a")] }, change));
    const pods = [pod(ended({}), { finalizers: [] })];
    expect(kinds({ run: claimed(), pods })).toEqual(["deleteRun"]);
    const going = claimed({ deletionTimestamp: at(0) });
    expect(plan({ run: going, pods })).toMatchObject({
      steps: [{ kind: "createJob", job: { metadata: { name: "pa-u1-r1" } } }],
      requeueAfterMs: 300_000,
    });
    expect(plan({ run: going, pods }, NOW + 300_000).steps).toMatchObject([
      { kind: "releaseRun", left: [expect.stringMatching(/^a \(still open/)] },
    ]);
    const done = told(
      undoableRun(
        { claim: claim(-5), records: [record("a", "Done")] },
        { deletionTimestamp: at(0) },
      ),
    );
    expect(plan({ run: done, pods }).steps).toMatchObject([{ kind: "releaseRun", left: [] }]);
  });

  test("tries for 30 s alone while the namespace of all that is to be undone goes, and the role's rights with it", () => {
    const namespace = { ...namespaceOf, metadata: { name: "shop", deletionTimestamp: at(0) } };
    const pods = [pod(ended({}), { finalizers: [] })];
    const given = (of: object, role: object = {}) => {
      const made = undoableRun(
        { claim: claim(-5), records: [{ ...record("a"), ...of }] },
        { deletionTimestamp: at(0) },
      );
      const spec = { ...made.spec, role: { ...made.spec.role, ...role } };
      const change = { run: told({ ...made, spec }), pods };
      return kinds({ ...change, namespace }, NOW + 30_000);
    };
    const target = { targetUID: "t1" };
    expect(given(target)).toEqual(["releaseRun"]);
    // What is not in the namespace does not go with it.
    expect(given({ targetUID: undefined })).toEqual(["createJob"]);
    expect(given(target, { scope: "Cluster" })).toEqual(["createJob"]);
    expect(given(target, { nodeAccess: true })).toContain("createJob");
  });

  test("lets go at once while pystol-runs is being deleted, where no recovery can run", () => {
    const going = undoableRun(
      { claim: closingClaim(at(-1)), records: [record("a")] },
      { deletionTimestamp: at(0) },
    );
    expect(kinds({ run: going, isClosing: true })).toEqual(["releaseRun"]);
  });
});
