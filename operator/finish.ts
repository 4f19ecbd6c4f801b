import type { PystolActionStatus } from "../crds/types/pystolactions.ts";
import type { PystolAction, PystolRun } from "../kubernetes/resources.ts";
import { planAfterlife } from "./afterlife.ts";
import { ACTION_FINALIZER } from "./finalizers.ts";
import { joined } from "./plan.ts";
import type { Plan, RunSettings, Step, World } from "./reconcile.ts";

/** The verdict, and what follows it. The finalizer goes first: a finished action is not watched, and would keep it. */
export function finish(
  status: PystolActionStatus,
  action: PystolAction,
  run: PystolRun,
  world: World,
  { settings, nowMs }: { settings: RunSettings; nowMs: number },
): Plan {
  const steps: Step[] = [];
  if (action.metadata.finalizers?.includes(ACTION_FINALIZER))
    steps.push({ kind: "removeFinalizer", action });
  steps.push({ kind: "setStatus", action, status });
  // Its end is another plan, on the run as it is after what precedes this.
  if (run.metadata.deletionTimestamp) return { steps };
  const after = planAfterlife(
    { ...world, run },
    { ...world, action: { ...action, status } },
    settings,
    nowMs,
  );
  return joined([{ steps }, after]);
}
