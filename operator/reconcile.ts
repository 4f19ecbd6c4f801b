import type { PystolActionStatus } from "../crds/types/pystolactions.ts";
import {
  ENABLED_LABEL,
  type PystolAction,
  type PystolRole,
  type PystolRun,
  type Resource,
} from "../kubernetes/resources.ts";
import { refusals } from "./accept.ts";
import { type Claim, claimOf, closingClaim } from "./claim.ts";
import { planDeletion } from "./deletion.ts";
import { secondsOf } from "./duration.ts";
import { jobFor, POD_FINALIZER } from "./job.ts";
import { outcomeOf, reportOf } from "./outcome.ts";
import { runFor } from "./run.ts";
import { type Ending, endedStatus, reportedStatus, runningStatus } from "./status.ts";
import { isOver, type Job, type Pod } from "./workloads.ts";

/** What the operator has made for an action. */
export interface Belongings {
  run: PystolRun | undefined;
  job: Job | undefined;
  pods: readonly Pod[];
}

/** What is known of one action's key. */
export interface World {
  action: PystolAction | undefined;
  role: PystolRole | undefined;
  namespace: Resource | undefined;
  /** The run, Job and pods of the action; those of an action of the same name that is gone are in `strays`. */
  run: PystolRun | undefined;
  job: Job | undefined;
  pods: readonly Pod[];
  strays: readonly Belongings[];
}

/** One write. Each is safe to do twice. */
export type Step =
  | { kind: "addFinalizer"; action: PystolAction }
  | { kind: "removeFinalizer"; action: PystolAction }
  | { kind: "createRun"; run: PystolRun }
  | { kind: "createJob"; job: Job }
  | { kind: "stopRun"; run: PystolRun }
  | { kind: "closeRun"; run: PystolRun; claim?: Claim }
  | { kind: "setStatus"; action: PystolAction; status: PystolActionStatus }
  | { kind: "releasePod"; pod: Pod }
  | { kind: "deleteJob"; job: Job }
  | { kind: "deleteRun"; run: PystolRun }
  | { kind: "deleteAction"; action: PystolAction };

/** What to do now, in order, and when to look again, in ms from now, if nothing happens before. */
export interface Plan {
  steps: Step[];
  requeueAfterMs?: number;
}

/** Keeps an action until its run was ended and what belongs to it is gone. */
export const ACTION_FINALIZER = "pystol.org/run";

/** A role or a label that was applied just before the action may reach us after it. */
const NEWS_MS = 3_000;

/** Decides, from what is known and the time alone. Level-triggered: what happened before does not matter. */
export function reconcile(world: World, settings: { runnerImage: string }, nowMs: number): Plan {
  const strays = world.strays.map((stray) => planDeletion(stray, nowMs));
  const plan = world.action ? reconcileAction(world.action, world, settings, nowMs) : { steps: [] };
  return joined([...strays, plan]);
}

function reconcileAction(
  action: PystolAction,
  world: World,
  settings: { runnerImage: string },
  nowMs: number,
): Plan {
  if (action.metadata.deletionTimestamp) return deleteAction(action, world, nowMs);
  if (action.status?.verdict) return tidy(action, world, nowMs);
  if (!world.run) return begin(action, world, settings, nowMs);
  return follow(action, world.run, world, nowMs);
}

function begin(
  action: PystolAction,
  world: World,
  settings: { runnerImage: string },
  nowMs: number,
): Plan {
  const now = new Date(nowMs).toISOString();
  const finish = (verdict: "Error" | "Aborted", reason: string, message: string): Plan => ({
    steps: [
      {
        kind: "setStatus",
        action,
        status: endedStatus(action, undefined, { verdict, reason, message }, now),
      },
    ],
  });
  if (action.status?.run) {
    return finish(
      "Error",
      "RunLost",
      `PystolRun ${action.status.run} was deleted before it reported. The fault may have been injected.`,
    );
  }
  if (action.spec.stop)
    return finish(
      "Aborted",
      "Stopped",
      "Stopped by spec.stop before it started. Nothing was injected.",
    );
  const [reason, ...more] = refusals(action, world.role, world.namespace);
  const patienceMs = Math.min(createdMs(action, nowMs) + NEWS_MS - nowMs, NEWS_MS);
  if (reason && patienceMs > 0 && !isKnown(world)) return { steps: [], requeueAfterMs: patienceMs };
  if (reason || !world.role) return finish("Error", "NotAccepted", [reason, ...more].join(" "));
  const deadlineSeconds = secondsOf(action.spec.startDeadline ?? "1m");
  if (nowMs > createdMs(action, nowMs) + deadlineSeconds * 1000) {
    return finish(
      "Error",
      "StartDeadlineExceeded",
      `The operator did not start it within ${deadlineSeconds} s (spec.startDeadline). Nothing was injected.`,
    );
  }
  const steps: Step[] = [];
  if (!action.metadata.finalizers?.includes(ACTION_FINALIZER))
    steps.push({ kind: "addFinalizer", action });
  steps.push({ kind: "createRun", run: runFor(action, world.role, settings.runnerImage) });
  return { steps };
}

function follow(action: PystolAction, run: PystolRun, world: World, nowMs: number): Plan {
  const now = new Date(nowMs).toISOString();
  const startDeadlineSeconds = secondsOf(action.spec.startDeadline ?? "1m");
  const outcome = outcomeOf(
    {
      run,
      job: world.job,
      pods: world.pods,
      startDeadlineSeconds,
      createdMs: createdMs(action, nowMs),
    },
    nowMs,
  );
  const finish = (status: PystolActionStatus): Plan => {
    const plan: Plan = { steps: [{ kind: "setStatus", action, status }] };
    return joined([plan, tidy({ ...action, status }, world, nowMs)]);
  };
  // Whatever is said without a report holds only if nothing was written to the run meanwhile.
  const giveUp = (ending: Ending): Plan => {
    const close: Step = run.status?.claim
      ? { kind: "closeRun", run }
      : { kind: "closeRun", run, claim: closingClaim(now) };
    return joined([{ steps: [close] }, finish(endedStatus(action, run, ending, now))]);
  };
  if (outcome.kind === "reported") return finish(reportedStatus(action, run, outcome.report, now));
  if (outcome.kind === "lost") return giveUp(outcome);
  if (action.spec.stop && !claimOf(run)) {
    return giveUp({
      verdict: "Aborted",
      reason: "Stopped",
      message: "Stopped by spec.stop before its runner started. Nothing was injected.",
    });
  }
  const steps: Step[] = [];
  if (action.spec.stop && !run.spec.stop) steps.push({ kind: "stopRun", run });
  const status = runningStatus(action, run, now);
  if (!isSame(action.status, status)) steps.push({ kind: "setStatus", action, status });
  // After the status, which names the run: without it a run that is deleted would be made, and do its harm, a second time.
  if (!world.job && !run.status?.claim) {
    steps.push({ kind: "createJob", job: jobFor(run, startDeadlineSeconds) });
  }
  return { steps, requeueAfterMs: outcome.untilMs - nowMs };
}

/** After the verdict: end what may still run, let go of the pod, and delete the action when its time has come. */
function tidy(action: PystolAction, world: World, nowMs: number): Plan {
  const steps: Step[] = world.pods.filter(isReleasable).map((pod) => ({ kind: "releasePod", pod }));
  // With a report the runner is about to end by itself, and the pod keeps its log for whoever wants to read it.
  const isLost = !world.run || !reportOf(world.run);
  const isRunning =
    world.pods.some((pod) => !isOver(pod)) ||
    (world.pods.length === 0 && world.job?.status?.active);
  if (world.job && isLost && isRunning && !world.job.metadata.deletionTimestamp) {
    steps.push({ kind: "deleteJob", job: world.job });
  }
  const ttl = action.spec.ttlSecondsAfterFinished;
  if (ttl === undefined) return { steps };
  const leftMs = Date.parse(action.status?.completionTime ?? "") + ttl * 1000 - nowMs;
  if (!(leftMs <= 0)) return { steps, requeueAfterMs: leftMs };
  return { steps: [...steps, { kind: "deleteAction", action }] };
}

function deleteAction(action: PystolAction, { run, job, pods }: World, nowMs: number): Plan {
  if (!action.metadata.finalizers?.includes(ACTION_FINALIZER)) return { steps: [] };
  const plan = planDeletion({ run, job, pods }, nowMs);
  const isDone = !run && plan.steps.length === 0 && plan.requeueAfterMs === undefined;
  return isDone ? { steps: [{ kind: "removeFinalizer", action }] } : plan;
}

function createdMs(action: PystolAction, nowMs: number): number {
  const created = Date.parse(action.metadata.creationTimestamp ?? "");
  return Number.isNaN(created) ? nowMs : created;
}

function isKnown({ role, namespace }: World): boolean {
  return role !== undefined && namespace?.metadata.labels?.[ENABLED_LABEL] === "true";
}

function isReleasable(pod: Pod): boolean {
  return isOver(pod) && (pod.metadata.finalizers ?? []).includes(POD_FINALIZER);
}

/** Whether a status says the same: the order of keys apart. */
function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}

function joined(plans: readonly Plan[]): Plan {
  const delays = plans.flatMap(({ requeueAfterMs }) => requeueAfterMs ?? []);
  const steps = plans.flatMap((plan) => plan.steps);
  return delays.length === 0
    ? { steps }
    : { steps, requeueAfterMs: Math.max(0, Math.min(...delays)) };
}
