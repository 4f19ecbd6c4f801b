import type { Resource } from "../kubernetes/resources.ts";
import { POD_FINALIZER } from "./job.ts";
import type { Belongings, Plan, Step } from "./reconcile.ts";
import { isOver, type Job, type Pod } from "./workloads.ts";

/** What is on a node that is gone never ends; after this it is let go of, so that deletion always ends. */
const PATIENCE_MS = 5 * 60_000;

/**
 * Ends a run and deletes what belongs to it: the runner is told to stop, and the Job is deleted, which has the kubelet ask
 * once more; then, when the pod has ended, the pod is let go of; and last the run, so that the record outlives whatever acts
 * on it. Nothing left to do and nothing to wait for means that all is gone, or out of patience.
 */
export function planDeletion({ run, job, pods }: Belongings, nowMs: number): Plan {
  const steps: Step[] = [];
  if (job && !job.metadata.deletionTimestamp) steps.push({ kind: "deleteJob", job });
  const waits: number[] = job ? waitFor(job, nowMs) : [];
  for (const pod of pods) {
    const isHeld = pod.metadata.finalizers?.includes(POD_FINALIZER);
    const left = isOver(pod) ? [] : waitFor(pod, nowMs);
    if (isHeld && left.length === 0) steps.push({ kind: "releasePod", pod });
    waits.push(...left);
  }
  const isClear = waits.length === 0;
  // Also for a pod whose Job is gone without it, which nobody else asks to end.
  if (run && !isClear && !run.spec.stop) steps.push({ kind: "stopRun", run });
  if (run && isClear && isReleased(pods)) steps.push({ kind: "deleteRun", run });
  return isClear ? { steps } : { steps, requeueAfterMs: Math.min(...waits) };
}

/** How long to wait for what is being deleted, counted from the deletion; nothing once the patience is over. */
function waitFor({ metadata }: Job | Pod | Resource, nowMs: number): number[] {
  const asked = Date.parse(metadata.deletionTimestamp ?? "");
  const leftMs = Number.isNaN(asked) ? PATIENCE_MS : asked + PATIENCE_MS - nowMs;
  return leftMs > 0 ? [leftMs] : [];
}

function isReleased(pods: readonly Pod[]): boolean {
  return pods.every((pod) => !pod.metadata.finalizers?.includes(POD_FINALIZER));
}
