import type { PystolRun } from "../kubernetes/resources.ts";
import { isClosed } from "./claim.ts";
import { planDeletion, releasable } from "./deletion.ts";
import { withoutHelpers } from "./helper-pods.ts";
import { unlocked } from "./locks.ts";
import { reportOf } from "./outcome.ts";
import { actionOf, ask, planOf, runNamed } from "./plan.ts";
import type { Belongings, Finding, Plan, RunSettings, Step, World } from "./reconcile.ts";
import { unresolved } from "./recovery.ts";
import { isFinished, isOver, voidAtMs } from "./workloads.ts";

/** How often it is asked whether the action of a run that could not be undone still exists. */
const RECHECK_MS = 5 * 60_000;

/**
 * A run whose action has its verdict, or is not known. With a report and nothing to undo it is over whatever became of the
 * action: it is cleared away when Kubernetes has deleted its Job. Otherwise a live read tells whether the action is finished
 * or gone, since a run is never ended because a cache lags.
 */
export function planAfterlife(
  belongings: Belongings,
  world: World,
  settings: RunSettings,
  nowMs: number,
): Plan {
  const { run } = belongings;
  if (!run) return planOrphans(belongings, world, nowMs);
  const { uid } = run.spec.action;
  const own = world.action?.metadata.uid === uid ? world.action : undefined;
  const found = world.findings.get(uid);
  if (run.metadata.deletionTimestamp) return planDeletion(belongings, world, settings, nowMs);
  if (own?.status?.verdict || isSettled(run) || found?.state === "finished")
    return planEnd(belongings, run, found, nowMs);
  if (found?.state === "gone") return planDeletion(belongings, world, settings, nowMs);
  return ask(actionOf(run), world.findings, nowMs);
}

/** Whether a run needs no more: reported or closed before it began, and nothing left to undo. */
function isSettled(run: PystolRun): boolean {
  return unresolved(run).length === 0 && (isClosed(run) || reportOf(run) !== undefined);
}

function planEnd(
  belongings: Belongings,
  run: PystolRun,
  found: Finding | undefined,
  nowMs: number,
): Plan {
  const { job, pods, recoveryJobs, helpers, locks } = belongings;
  const steps: Step[] = releasable(pods, nowMs);
  // With a report the runner is about to end by itself, and the pod keeps its log for whoever wants to read it.
  const isLost = !reportOf(run);
  const isRunning =
    pods.some((pod) => !isOver(pod)) ||
    (pods.length === 0 && job !== undefined && !isFinished(job));
  if (job && isLost && isRunning && !job.metadata.deletionTimestamp)
    steps.push({ kind: "deleteJob", job });
  steps.push(...unlocked(run, locks), ...withoutHelpers(helpers));
  const left = unresolved(run);
  if (left.length === 0) {
    const isAlone = !job && pods.length === 0 && recoveryJobs.length === 0 && helpers.length === 0;
    if (!isAlone) return { steps };
    const { finalizers = [] } = run.metadata;
    if (finalizers.length > 0) steps.push({ kind: "releaseRun", run, left: [] });
    return planOf(...steps, { kind: "deleteRun", run });
  }
  // The record of what was left stays for as long as the action does, which nobody tells us of.
  for (const one of recoveryJobs)
    if (!isFinished(one) && !one.metadata.deletionTimestamp)
      steps.push({ kind: "deleteJob", job: one });
  const leftMs = found ? found.at + RECHECK_MS - nowMs : RECHECK_MS;
  if (leftMs > 0) return { steps, requeueAfterMs: leftMs };
  return planOf(...steps, { kind: "lookUp", what: actionOf(run) });
}

/** Jobs and pods whose run is not known: if it is gone, they end too. Their labels name the action that they were made for. */
function planOrphans(belongings: Belongings, { findings }: World, nowMs: number): Plan {
  const { job, pods, recoveryJobs, helpers } = belongings;
  const [first] = [...(job ? [job] : []), ...pods, ...recoveryJobs, ...helpers];
  const uid = first?.metadata.labels?.["pystol.org/action-uid"];
  if (!uid) return { steps: [] };
  const name = `pa-${uid}`;
  if (findings.get(name)?.state !== "gone") return ask(runNamed(name), findings, nowMs);
  const steps: Step[] = [...releasable(pods, nowMs), ...withoutHelpers(helpers)];
  for (const one of [...(job ? [job] : []), ...recoveryJobs])
    if (!one.metadata.deletionTimestamp) steps.push({ kind: "deleteJob", job: one });
  const waits = pods.map(voidAtMs).filter((untilMs) => untilMs > nowMs && Number.isFinite(untilMs));
  return waits.length > 0 ? { steps, requeueAfterMs: Math.min(...waits) - nowMs } : { steps };
}
