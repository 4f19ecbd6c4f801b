import type { PystolAction } from "../../kubernetes/resources.ts";
import { formatSpan, parseDurationMs } from "../duration.ts";

/** How long after its own deadlines an action may take to show its verdict: the operator's and the kubelet's delays. */
const MARGIN_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 300_000; // crds/pystolactions.yaml, spec.timeout
const DEFAULT_START_DEADLINE_MS = 60_000; // the same, spec.startDeadline

/** Whether an action has ended: its condition Complete or Failed is true. */
export function isFinished(action: PystolAction): boolean {
  const conditions = action.status?.conditions ?? [];
  return conditions.some(
    ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
  );
}

/**
 * Whether an action's fault acts now, as far as its status says. Of a role that holds a fault: its effect was seen on every
 * target, and nobody has begun to undo it. Any other does all that it does in one go, and holds nothing: it acts from when its
 * runner has started, and so does what came of it afterwards. A dry run never acts.
 */
export function isActive(action: PystolAction, isHeld: boolean): boolean {
  if (action.spec.dryRun) return false;
  if (!isHeld) return isTrue(action, "Started");
  if (isFinished(action) || action.status?.recoveredTime) return false;
  return isTrue(action, "Injected") && action.status?.phase === "Injected";
}

/** Whether something that was changed is known not to be undone. */
export function isUnrecovered({ status }: PystolAction): boolean {
  return (
    status?.conditions?.some((one) => one.type === "Recovered" && one.status === "False") ?? false
  );
}

function isTrue({ status }: PystolAction, type: string): boolean {
  return status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false;
}

/** How long after its creation an action must have a verdict, in ms: its startDeadline, its timeout and a minute. */
export function boundMs({ spec }: PystolAction): number {
  const start = parseDurationMs(spec.startDeadline ?? "") ?? DEFAULT_START_DEADLINE_MS;
  return start + (parseDurationMs(spec.timeout ?? "") ?? DEFAULT_TIMEOUT_MS) + MARGIN_MS;
}

/** Why an action has no verdict although its bound is over, with what was seen of it last. */
export function overdueMessage(action: PystolAction): string {
  const { phase, message, conditions } = action.status ?? {};
  const seen = phase
    ? `it was last seen ${phase}${message ? `: ${message}` : ""}`
    : "the operator never touched it";
  const hint = conditions?.length
    ? "the operator may have gone meanwhile"
    : "is the operator running? See: kubectl -n pystol-system get pods";
  return `No verdict after ${formatSpan(boundMs(action))} (its startDeadline, its timeout and a minute): ${seen}; ${hint}`;
}

/** One line on where an action is, for a person who waits. */
export function phaseLine(action: PystolAction): string {
  const { phase = "Pending", verdict, message, queuePosition } = action.status ?? {};
  if (verdict) return `${verdict}${message ? `: ${message}` : ""}`;
  if (phase === "Queued" && queuePosition !== undefined)
    return `Queued, ${queuePosition} before it`;
  return message ? `${phase}: ${message}` : phase;
}
