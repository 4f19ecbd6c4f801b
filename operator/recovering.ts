import type { Report } from "../crds/types/report.ts";
import type { PystolAction, PystolRun } from "../kubernetes/resources.ts";
import { finish } from "./finish.ts";
import { helperSteps, nodesNeeded } from "./helper-pods.ts";
import type { Lost } from "./outcome.ts";
import { ask, claimant, joined, planOf, timeOf } from "./plan.ts";
import type { Plan, RunSettings, Step, World } from "./reconcile.ts";
import { leftBehind, recoveryState, runnerState, unresolved } from "./recovery.ts";
import {
  type Ending,
  endedStatus,
  isSame,
  recovered,
  recoveringStatus,
  reportedStatus,
  unrecovered,
} from "./status.ts";

/** A runner that has reported ends by itself, within its grace period at the latest. */
const AFTER_REPORT_MS = 60_000;

/** A run whose runner has said its last, or is lost, and that may have left something to undo. */
export interface Unfinished {
  action: PystolAction;
  run: PystolRun;
  report?: Report;
  ending?: Ending | Lost;
}

/**
 * From the end of the runner to the verdict: the runner is asked to end and waited for, then recovery Jobs undo what is open.
 * The verdict comes when every record is closed, or when recovery was tried for as long as the settings allow.
 */
export function recovering(
  left: Unfinished,
  world: World,
  settings: RunSettings,
  nowMs: number,
): Plan {
  const { action, run, report } = left;
  const steps: Step[] = [];
  // Closed, so that what is known of its records holds: this fails if the run changed meanwhile.
  if (!report && !run.spec.stop) steps.push({ kind: "closeRun", run });
  const runner = runnerState(run, world, world.findings, nowMs);
  if (runner.kind === "unseen")
    return joined([{ steps }, ask(claimant(runner), world.findings, nowMs)]);
  const show = (isRunnerOver: boolean): Plan => {
    const status = recoveringStatus(action, run, isRunnerOver, timeOf(nowMs));
    return isSame(action.status, status)
      ? { steps }
      : { steps: [...steps, { kind: "setStatus", action, status }] };
  };
  if (runner.kind === "live")
    return joined([show(false), ended(left, world, runner.untilMs, nowMs)]);
  const untilMs = sinceMs(action, nowMs) + settings.recoverySeconds * 1000;
  const limits = { untilMs, isClosing: world.isClosing, settings };
  const recovery = recoveryState(run, world, limits, nowMs);
  if (recovery.kind === "goingOn") {
    const deadlineSeconds = settings.recoverySeconds + 60;
    const image = settings.runnerImage;
    const helpers = helperSteps(run, world.helpers, nodesNeeded(run, true), {
      image,
      deadlineSeconds,
    });
    return joined([show(true), planOf(...helpers), recovery.plan]);
  }
  const why = recovery.kind === "givenUp" ? ` ${recovery.why}` : "";
  const status = judged(left, why, timeOf(nowMs));
  return joined([{ steps }, finish(status, action, run, world, { settings, nowMs })]);
}

/** Has the pod of a lost runner ended, and at last also that of one that reported and goes on nevertheless. */
function ended({ report }: Unfinished, { job }: World, untilMs: number, nowMs: number): Plan {
  const patientMs = report ? Date.parse(report.completionTime) + AFTER_REPORT_MS - nowMs : 0;
  const requeue = Number.isFinite(untilMs) ? { requeueAfterMs: untilMs - nowMs } : {};
  if (patientMs > 0)
    return joined([
      { steps: [], ...requeue },
      { steps: [], requeueAfterMs: patientMs },
    ]);
  const steps: Step[] = job && !job.metadata.deletionTimestamp ? [{ kind: "deleteJob", job }] : [];
  return { steps, ...requeue };
}

/** When the recovery began: the condition says so, and outlives an operator. */
function sinceMs({ status }: PystolAction, nowMs: number): number {
  const known = status?.conditions?.find(
    (one) => one.type === "Recovered" && one.status === "False" && one.reason === "Recovering",
  );
  const since = Date.parse(known?.lastTransitionTime ?? "");
  return Number.isNaN(since) ? nowMs : since;
}

/** The verdict: the report's, if all is undone; else an Error that names what is not. */
function judged({ action, run, report, ending }: Unfinished, why: string, now: string) {
  const left = unresolved(run);
  if (report && left.length === 0) return recovered(reportedStatus(action, run, report, now), now);
  const count = run.status?.records?.length ?? 0;
  const harm =
    left.length > 0
      ? `${left.length} of ${count} recorded changes are not undone: ${leftBehind(left).join("; ")}.${why}`
      : count > 0
        ? `All ${count} recorded changes are undone.`
        : "It had recorded no change, so there is nothing to undo.";
  const isConflict = left.every(({ state }) => state === "Conflict");
  const reason = isConflict ? "UndoConflict" : "RecoveryFailed";
  if (report) {
    const message = report.message.includes(left[0]?.id ?? "")
      ? report.message
      : `${report.message} ${harm}`;
    const status = reportedStatus(
      action,
      run,
      { ...report, verdict: "Error", verified: false },
      now,
    );
    return unrecovered({ ...status, message: message.slice(0, 2048) }, reason, harm, now);
  }
  const text = ending && "text" in ending ? ending.text : (ending?.message ?? "");
  const told = {
    verdict: "Error",
    reason: ending?.reason ?? "Error",
    message: `${text} ${harm}`,
  } as const;
  const status = endedStatus(action, run, told, now);
  return left.length > 0 ? unrecovered(status, reason, harm, now) : recovered(status, now);
}
