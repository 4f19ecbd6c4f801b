import type { PystolRunStatus } from "../crds/types/pystolruns.ts";
import type { PystolRun } from "../kubernetes/resources.ts";
import { claimOf } from "./claim.ts";
import { attemptOf, recoveryJobFor } from "./job.ts";
import { waitFor } from "./plan.ts";
import type { Belongings, Plan, RunSettings, World } from "./reconcile.ts";
import { isFinished, type Job, type Pod, voidAtMs } from "./workloads.ts";

export type UndoRecord = NonNullable<PystolRunStatus["records"]>[number];

/** The pause before the second attempt; it doubles with each further one. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/** What is still to be undone. */
export function openRecords(run: PystolRun): UndoRecord[] {
  return (run.status?.records ?? []).filter(({ state }) => state === "Open");
}

/** What is not undone: open, or left alone because somebody else changed it meanwhile. */
export function unresolved(run: PystolRun): UndoRecord[] {
  return (run.status?.records ?? []).filter(({ state }) => state !== "Done");
}

/** Whether the pod that claimed the run can still do something, as far as is known; `untilMs` is when it cannot any more. */
export type RunnerState =
  | { kind: "over" }
  | { kind: "live"; untilMs: number }
  | { kind: "unseen"; podName: string; podUID: string };

/**
 * How the runner stands. Only the pod of the claim matters: any other one finds the run taken. Where it is not known, a live
 * read must tell that it is gone, since the cache of pods may be behind that of runs.
 */
export function runnerState(
  run: PystolRun,
  { pods }: Pick<Belongings, "pods">,
  findings: World["findings"],
  nowMs: number,
): RunnerState {
  const claim = claimOf(run);
  if (!claim) return { kind: "over" };
  const pod = pods.find(({ metadata }) => metadata.uid === claim.podUID);
  if (!pod) {
    return findings.get(claim.podUID)?.state === "gone"
      ? { kind: "over" }
      : { kind: "unseen", podName: claim.podName, podUID: claim.podUID };
  }
  const untilMs = voidAtMs(pod);
  return untilMs <= nowMs ? { kind: "over" } : { kind: "live", untilMs };
}

/** How the undoing by recovery Jobs stands. */
export type RecoveryState =
  | { kind: "closed" }
  | { kind: "goingOn"; plan: Plan }
  | { kind: "givenUp"; why: string };

/**
 * The next recovery Job, once the runner is over, until every record is closed or `untilMs` has passed. An attempt begins only
 * when the pod of the one before can do nothing more, and the attempt that a run's status names is never made again; the pod
 * itself takes `status.recovery` by compare-and-set. So at most one recovery acts.
 */
export function recoveryState(
  run: PystolRun,
  { recoveryJobs, recoveryPods }: Pick<Belongings, "recoveryJobs" | "recoveryPods">,
  limits: { untilMs: number; isClosing: boolean; settings: RunSettings },
  nowMs: number,
): RecoveryState {
  if (openRecords(run).length === 0) return { kind: "closed" };
  if (limits.isClosing)
    return {
      kind: "givenUp",
      why: "Namespace pystol-runs is being deleted, so nothing can run there.",
    };
  if (nowMs >= limits.untilMs)
    return {
      kind: "givenUp",
      why: `It was tried for ${limits.settings.recoverySeconds} s (PYSTOL_RECOVERY_SECONDS).`,
    };
  const leftMs = limits.untilMs - nowMs;
  const liveUntilMs = recoveryPods.map(voidAtMs).filter((untilMs) => untilMs > nowMs);
  if (liveUntilMs.length > 0) {
    const requeueAfterMs = Math.min(leftMs, ...liveUntilMs.map((untilMs) => untilMs - nowMs));
    return { kind: "goingOn", plan: { steps: [], requeueAfterMs } };
  }
  if (recoveryJobs.some((job) => !isFinished(job) && !job.metadata.deletionTimestamp))
    return { kind: "goingOn", plan: waitFor(leftMs) };
  const attempt = 1 + lastAttempt(run, recoveryJobs, recoveryPods);
  const pauseMs = endedMs(recoveryJobs) + pauseBefore(attempt) - nowMs;
  if (pauseMs > 0) return { kind: "goingOn", plan: waitFor(Math.min(pauseMs, leftMs)) };
  const job = recoveryJobFor(run, attempt, limits.settings);
  return { kind: "goingOn", plan: { steps: [{ kind: "createJob", job }], requeueAfterMs: leftMs } };
}

function lastAttempt(run: PystolRun, jobs: readonly Job[], pods: readonly Pod[]): number {
  const names = [...jobs, ...pods].map(({ metadata }) => metadata.name);
  const attempts = names.map((name) => attemptOf(name, run.metadata.name) ?? 0);
  return Math.max(run.status?.recovery?.attempt ?? 0, ...attempts, 0);
}

function pauseBefore(attempt: number): number {
  return attempt < 2 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 2), LONGEST_PAUSE_MS);
}

/** When the last of the Jobs ended, by the API server's side; long ago where none says so. */
function endedMs(jobs: readonly Job[]): number {
  const times = jobs.flatMap(({ status }) =>
    (status?.conditions ?? []).map(({ lastTransitionTime }) =>
      Date.parse(lastTransitionTime ?? ""),
    ),
  );
  return Math.max(Number.NEGATIVE_INFINITY, ...times.filter((time) => !Number.isNaN(time)));
}

/** The records that are not undone, in words, and how each stands. */
export function leftBehind(records: readonly UndoRecord[]): string[] {
  return records.map(({ id, state, lastError }) => {
    const why = lastError ? `: ${lastError}` : "";
    return `${id} (${state === "Conflict" ? "changed by somebody else meanwhile" : "still open"}${why})`;
  });
}
