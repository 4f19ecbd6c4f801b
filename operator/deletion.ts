import type { PystolAction, PystolRun } from "../kubernetes/resources.ts";
import { closingClaim } from "./claim.ts";
import { ACTION_FINALIZER, POD_FINALIZER, RUN_FINALIZER } from "./finalizers.ts";
import { helperSteps, nodesNeeded, withoutHelpers } from "./helper-pods.ts";
import { unlocked } from "./locks.ts";
import { ask, claimant, joined, planOf, timeOf } from "./plan.ts";
import type { Belongings, Plan, RunSettings, Step, World } from "./reconcile.ts";
import { leftBehind, openRecords, recoveryState, runnerState, unresolved } from "./recovery.ts";
import { type Pod, voidAtMs } from "./workloads.ts";

/** How long recovery is tried where what it would restore is being deleted. */
const DOOMED_SECONDS = 30;

/** An action that is deleted before it has a verdict: its run ends first, then it is let go of. */
export function deleteAction(
  action: PystolAction,
  world: World,
  settings: RunSettings,
  nowMs: number,
): Plan {
  if (world.run) return planDeletion(world, world, settings, nowMs);
  const isHeld = action.metadata.finalizers?.includes(ACTION_FINALIZER);
  return isHeld ? planOf({ kind: "removeFinalizer", action }) : { steps: [] };
}

/**
 * Ends a run and deletes it: it is closed, so that nothing can begin; the runner is told to stop, and its Job is deleted,
 * which has the kubelet ask once more; when the runner is over, what is open is undone by recovery Jobs; and last the run goes,
 * so that the record outlives whatever acts on it. It always ends: a runner that does not answer loses its token some time
 * after its pod was deleted, and recovery is tried for `settings.recoverySeconds`, counted from the run's own deletion.
 */
export function planDeletion(
  belongings: Belongings,
  world: World,
  settings: RunSettings,
  nowMs: number,
): Plan {
  const { run, job, pods } = belongings;
  if (!run) return { steps: [] };
  const steps: Step[] = [];
  if (!run.status?.claim) steps.push({ kind: "closeRun", run, claim: closingClaim(timeOf(nowMs)) });
  if (job && !job.metadata.deletionTimestamp) steps.push({ kind: "deleteJob", job });
  const runner = runnerState(run, belongings, world.findings, nowMs);
  if (runner.kind === "unseen")
    return joined([{ steps }, ask(claimant(runner), world.findings, nowMs)]);
  // Also for a pod whose Job is gone without it, which nobody else asks to end.
  if (runner.kind === "live" && !run.spec.stop) steps.push({ kind: "stopRun", run });
  steps.push(...releasable(pods, nowMs));
  const waits = pods.map(voidAtMs).filter((untilMs) => untilMs > nowMs);
  if (runner.kind === "live" || waits.length > 0) {
    const untilMs = Math.min(...waits);
    return Number.isFinite(untilMs) ? { steps, requeueAfterMs: untilMs - nowMs } : { steps };
  }
  // Each write changes the run, so that the next one is decided on what it is then.
  if (steps.some(({ kind }) => kind === "closeRun")) return { steps };
  return joined([{ steps }, undoneAndGone(belongings, run, world, settings, nowMs)]);
}

function undoneAndGone(
  belongings: Belongings,
  run: PystolRun,
  world: World,
  settings: RunSettings,
  nowMs: number,
): Plan {
  const { helpers, locks } = belongings;
  const { deletionTimestamp, finalizers = [] } = run.metadata;
  const release: Step[] = [...unlocked(run, locks), ...withoutHelpers(helpers)];
  if (!finalizers.includes(RUN_FINALIZER)) {
    return deletionTimestamp
      ? { steps: release }
      : { steps: [...release, { kind: "deleteRun", run }] };
  }
  // From here on the run's deletionTimestamp counts the time, also across operators.
  if (!deletionTimestamp) return planOf({ kind: "deleteRun", run });
  const patienceSeconds = goesWith(world, run)
    ? Math.min(DOOMED_SECONDS, settings.recoverySeconds)
    : settings.recoverySeconds;
  const untilMs = Date.parse(deletionTimestamp) + patienceSeconds * 1000;
  const limits = { untilMs, isClosing: world.isClosing, settings };
  const recovery = recoveryState(run, belongings, limits, nowMs);
  if (recovery.kind === "goingOn") {
    const image = settings.runnerImage;
    const deadlineSeconds = settings.recoverySeconds + 60;
    const nodes = nodesNeeded(run, true);
    const steps = helperSteps(run, helpers, nodes, { image, deadlineSeconds });
    return joined([{ steps }, recovery.plan]);
  }
  return planOf(...release, { kind: "releaseRun", run, left: leftBehind(unresolved(run)) });
}

/**
 * Whether all that is to be undone is in the action's namespace, and that is being deleted. Kubernetes takes the RoleBindings
 * there along at once, so that no attempt may undo anything any more, and the namespace waits for the action to go.
 */
function goesWith({ namespace }: World, run: PystolRun): boolean {
  const { scope, nodeAccess } = run.spec.role;
  return (
    namespace?.metadata.deletionTimestamp !== undefined &&
    scope !== "Cluster" &&
    !nodeAccess &&
    openRecords(run).every(({ targetUID }) => targetUID !== undefined)
  );
}

/** Lets go of the pods that can do nothing more. */
export function releasable(pods: readonly Pod[], nowMs: number): Step[] {
  return pods
    .filter((pod) => pod.metadata.finalizers?.includes(POD_FINALIZER) && voidAtMs(pod) <= nowMs)
    .map((pod) => ({ kind: "releasePod", pod }));
}
