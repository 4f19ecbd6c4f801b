import type { PystolRunStatus } from "../crds/types/pystolruns.ts";
import type { PystolRun } from "../kubernetes/resources.ts";

export type Claim = NonNullable<PystolRunStatus["claim"]>;

/** No pod can have this name or UID. */
const NOBODY = "nobody";

/**
 * The claim with which the operator closes a run that no pod has claimed yet, before it says that nothing was injected: a
 * runner that starts at this very moment then finds the run taken, and ends without harm.
 */
export function closingClaim(now: string): Claim {
  return { podName: NOBODY, podUID: NOBODY, time: now, nonceSHA256: "0".repeat(64) };
}

/** The claim of a pod; none also where the run is closed. */
export function claimOf(run: PystolRun): Claim | undefined {
  const claim = run.status?.claim;
  return claim?.podUID === NOBODY ? undefined : claim;
}

/** Whether the operator closed the run before any pod claimed it: nothing was injected, and nothing will be. */
export function isClosed(run: PystolRun): boolean {
  return run.status?.claim?.podUID === NOBODY;
}
