import type { PystolRun } from "../kubernetes/resources.ts";
import { POD_FINALIZER } from "./job.ts";
import type { Plan, Step } from "./reconcile.ts";
import { isOver, type Job, type Pod } from "./workloads.ts";

/** A pod whose node is gone never ends; after this it is let go of, so that deletion always ends. */
const POD_PATIENCE_MS = 5 * 60_000;

/**
 * Ends a run and deletes what belongs to it: first the Job, which has the kubelet ask the runner to stop, then, when the
 * pod has ended, the pod, and last the run, so that the record outlives whatever acts on it.
 */
export function planDeletion(
  { run, job, pods }: { run: PystolRun | undefined; job: Job | undefined; pods: readonly Pod[] },
  nowMs: number,
): Plan {
  const steps: Step[] = [];
  if (job && !job.metadata.deletionTimestamp) steps.push({ kind: "deleteJob", job });
  const waits: number[] = [];
  for (const pod of pods) {
    if (!pod.metadata.finalizers?.includes(POD_FINALIZER)) continue;
    const asked = Date.parse(pod.metadata.deletionTimestamp ?? "");
    const leftMs = Number.isNaN(asked) ? POD_PATIENCE_MS : asked + POD_PATIENCE_MS - nowMs;
    if (isOver(pod) || leftMs <= 0) steps.push({ kind: "releasePod", pod });
    else waits.push(leftMs);
  }
  if (run && !job && pods.length === 0) steps.push({ kind: "deleteRun", run });
  return waits.length === 0 ? { steps } : { steps, requeueAfterMs: Math.min(...waits) };
}
