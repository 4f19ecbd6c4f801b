import type { PystolAction, PystolRun } from "../kubernetes/resources.ts";
import { claimOf, closingClaim } from "./claim.ts";
import { secondsOf } from "./duration.ts";
import { finish } from "./finish.ts";
import { helperSteps, nodesNeeded } from "./helper-pods.ts";
import { jobFor } from "./job.ts";
import { type Lost, outcomeOf } from "./outcome.ts";
import { ask, claimant, createdMs, joined, planOf, timeOf } from "./plan.ts";
import type { Plan, RunSettings, Step, World } from "./reconcile.ts";
import { recovering } from "./recovering.ts";
import { unresolved } from "./recovery.ts";
import { isUndoable } from "./run.ts";
import { type Ending, endedStatus, isSame, reportedStatus, runningStatus } from "./status.ts";

/** An action with a run: starts its Job, shows how it goes on, ends it, and takes its verdict. */
export function follow(
  action: PystolAction,
  run: PystolRun,
  world: World,
  settings: RunSettings,
  nowMs: number,
): Plan {
  const startDeadlineSeconds = secondsOf(action.spec.startDeadline ?? "1m");
  const podUID = run.status?.claim?.podUID ?? "";
  const outcome = outcomeOf(
    {
      run,
      job: world.job,
      pods: world.pods,
      startDeadlineSeconds,
      createdMs: createdMs(action, nowMs),
      isPodGone: world.findings.get(podUID)?.state === "gone",
    },
    nowMs,
  );
  switch (outcome.kind) {
    case "unseen":
      return ask(claimant(outcome), world.findings, nowMs);
    case "reported":
      return unresolved(run).length > 0
        ? recovering({ action, run, report: outcome.report }, world, settings, nowMs)
        : finish(reportedStatus(action, run, outcome.report, timeOf(nowMs)), action, run, world, {
            settings,
            nowMs,
          });
    case "lost":
      return giveUp(action, run, outcome, world, { settings, nowMs });
    case "waiting":
      return goOn(action, run, world, { settings, nowMs, untilMs: outcome.untilMs });
  }
}

function goOn(
  action: PystolAction,
  run: PystolRun,
  world: World,
  { settings, nowMs, untilMs }: { settings: RunSettings; nowMs: number; untilMs: number },
): Plan {
  const startDeadlineSeconds = secondsOf(action.spec.startDeadline ?? "1m");
  const isStopped = action.spec.stop || world.isStopped;
  if (isStopped && !claimOf(run)) {
    const by = action.spec.stop ? "spec.stop" : "the platform's stop";
    const message = `Stopped by ${by} before its runner started. Nothing was injected.`;
    const ending: Ending = { verdict: "Aborted", reason: "Stopped", message };
    return giveUp(action, run, ending, world, { settings, nowMs });
  }
  if (run.metadata.deletionTimestamp) {
    const text = `PystolRun ${run.metadata.name} was deleted before it reported.`;
    return giveUp(action, run, lostBy("RunDeleted", text, run), world, { settings, nowMs });
  }
  const steps: Step[] = [];
  if (isStopped && !run.spec.stop) steps.push({ kind: "stopRun", run });
  const status = runningStatus(action, run, timeOf(nowMs));
  if (!isSame(action.status, status)) steps.push({ kind: "setStatus", action, status });
  // After the status, which names the run: without it a run that is deleted would be made, and do its harm, a second time.
  if (!world.job && !run.status?.claim)
    steps.push({ kind: "createJob", job: jobFor(run, startDeadlineSeconds, settings) });
  const deadlineSeconds =
    startDeadlineSeconds + run.spec.timeoutSeconds + settings.recoverySeconds + 60;
  steps.push(
    ...helperSteps(run, world.helpers, nodesNeeded(run, false), {
      image: settings.runnerImage,
      deadlineSeconds,
    }),
  );
  return { steps, requeueAfterMs: untilMs - nowMs };
}

/**
 * Ends an action without a report. What is said then holds only if nothing was written to the run meanwhile, so the run is
 * closed first; and if its runner may have left something to undo, the verdict waits for that.
 */
function giveUp(
  action: PystolAction,
  run: PystolRun,
  ending: Ending | Lost,
  world: World,
  at: { settings: RunSettings; nowMs: number },
): Plan {
  if (isUndoable(run) && claimOf(run))
    return recovering({ action, run, ending }, world, at.settings, at.nowMs);
  const close: Step = run.status?.claim
    ? { kind: "closeRun", run }
    : { kind: "closeRun", run, claim: closingClaim(timeOf(at.nowMs)) };
  const status = endedStatus(action, run, ending, timeOf(at.nowMs));
  return joined([planOf(close), finish(status, action, run, world, at)]);
}

function lostBy(reason: string, text: string, run: PystolRun): Lost {
  const harm = claimOf(run) ? "The fault may have been injected." : "Nothing was injected.";
  return { kind: "lost", verdict: "Error", reason, text, message: `${text} ${harm}` };
}
