import type { PystolAction } from "../../kubernetes/resources.ts";
import { parseDurationMs } from "../duration.ts";

/** When a command ran, in ms of performance.now(). */
export interface CommandSpan {
  beganMs: number;
  endedMs: number;
}

/** How much of a command a fault covered. */
export interface Coverage {
  isWhole: boolean;
  /** In ms; of a fault that did not cover the whole command, an estimate that is not too small by more than its news took to come. */
  ms: number;
}

/**
 * How much of a command a held fault covered, from what is known once the action has ended. It did not cover the whole if
 *
 * - the action, read anew after the command's end, no longer held (`wasActive`);
 * - from when it was seen to act until the command's end more time went by than its `duration` allows; or
 * - more than the cluster's own times say that the fault lasted.
 *
 * Only lengths are compared, each by one clock, so that clocks which differ do no harm.
 */
export function coverageOf(
  { beganMs, endedMs }: CommandSpan,
  fault: { activeMs: number; wasActive: boolean; action: PystolAction },
): Coverage {
  const { activeMs, wasActive, action } = fault;
  const allowed = parseDurationMs(action.spec.duration ?? "") ?? Number.POSITIVE_INFINITY;
  const held = Math.min(allowed, lastedMs(action));
  const isWhole = wasActive && held >= endedMs - activeMs;
  const whole = endedMs - beganMs;
  const part = Math.min(Math.max(held - (beganMs - activeMs), 0), whole);
  return { isWhole, ms: isWhole ? whole : part };
}

/** How long the cluster says that the fault lasted. */
function lastedMs({ status = {} }: PystolAction): number {
  const { injectedTime, recoveredTime, completionTime } = status;
  const end = recoveredTime ?? completionTime;
  if (!injectedTime || !end) return Number.POSITIVE_INFINITY;
  return Math.max(Date.parse(end) - Date.parse(injectedTime), 0);
}
