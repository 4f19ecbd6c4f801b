import type { Report } from "../crds/types/report.ts";
import type { PystolRun } from "../kubernetes/resources.ts";
import { claimOf } from "./claim.ts";
import { serviceAccountOf } from "./job.ts";
import { trustedMessage, trustedReport } from "./report.ts";
import {
  type ContainerStatus,
  isTerminal,
  type Job,
  type Pod,
  type Terminated,
} from "./workloads.ts";

/** How a run stands: it goes on until `until` (ms since the epoch) at most, it was reported, or it was lost. */
export type Outcome =
  | { kind: "waiting"; untilMs: number }
  | { kind: "reported"; report: Report }
  | { kind: "lost"; verdict: "Error" | "TimedOut" | "Aborted"; reason: string; message: string };

/** The report in the run may reach us a moment later than the end of the pod that wrote it. */
const REPORT_GRACE_MS = 3_000;
/** The time that a runner gets after its own deadline to end the role and report. */
const RUNNER_MARGIN_MS = 45_000;
const HOPELESS = ["ErrImageNeverPull", "InvalidImageName"];

export interface RunState {
  run: PystolRun;
  job: Job | undefined;
  /** The pods of the Job. */
  pods: readonly Pod[];
  startDeadlineSeconds: number;
  /** When the action was created, in ms since the epoch. */
  createdMs: number;
}

/** What a run came to, from the run's report, or else the pod's termination message, or else what Kubernetes says of the pod. */
export function outcomeOf(state: RunState, nowMs: number): Outcome {
  const { run, job, pods } = state;
  const claim = claimOf(run);
  const report = claim && trustedReport(run.status?.report, claim.nonceSHA256);
  if (report) return { kind: "reported", report };
  const pod = pods.find((candidate) => candidate.metadata.uid === claim?.podUID) ?? newest(pods);
  if (pod && isTerminal(pod)) return afterEnd(run, pod, nowMs);
  if (claim) return whileRunning(run, job, pod, nowMs);
  return beforeStart(state, pod, nowMs);
}

function beforeStart(state: RunState, pod: Pod | undefined, nowMs: number): Outcome {
  const waiting = containerOf(pod)?.state?.waiting;
  const pulls = waiting?.reason?.includes("Image") ? ` of image ${state.run.spec.role.image}` : "";
  const why =
    waiting?.reason && waiting.reason !== "ContainerCreating"
      ? `${waiting.reason}${pulls}: ${waiting.message ?? "no message"}`
      : (unscheduled(pod) ?? (pod ? "its pod was still starting" : noPod(state.run)));
  const lost = (reason: string, text: string): Outcome => ({
    kind: "lost",
    verdict: "Error",
    reason,
    message: text,
  });
  if (waiting?.reason && HOPELESS.includes(waiting.reason)) {
    return lost(waiting.reason, `The runner cannot start: ${why}. Nothing was injected.`);
  }
  const failed = condition(state.job, "Failed");
  if (failed && !pod) {
    return lost(
      failed.reason ?? "JobFailed",
      `The Job failed before its runner started: ${failed.message ?? failed.reason}. Nothing was injected.`,
    );
  }
  const untilMs = state.createdMs + state.startDeadlineSeconds * 1000;
  if (nowMs < untilMs) return { kind: "waiting", untilMs };
  return lost(
    waiting?.reason ?? "StartDeadlineExceeded",
    `The runner did not start within ${state.startDeadlineSeconds} s (spec.startDeadline): ${why}. Nothing was injected.`,
  );
}

function whileRunning(
  run: PystolRun,
  job: Job | undefined,
  pod: Pod | undefined,
  nowMs: number,
): Outcome {
  if (!pod && (!job || condition(job, "Failed"))) {
    const what = job ? "its pod" : "its Job";
    return {
      kind: "lost",
      verdict: "Error",
      reason: "RunnerLost",
      message: `The runner is gone: ${what} was deleted before it reported. The fault may have been injected.`,
    };
  }
  const started = Date.parse(claimOf(run)?.time ?? "");
  const untilMs = started + run.spec.timeoutSeconds * 1000 + RUNNER_MARGIN_MS;
  if (nowMs < untilMs) return { kind: "waiting", untilMs };
  return {
    kind: "lost",
    verdict: "TimedOut",
    reason: "NoReport",
    message: `No report within ${run.spec.timeoutSeconds} s (spec.timeout) and ${RUNNER_MARGIN_MS / 1000} s more. The fault may have been injected.`,
  };
}

function afterEnd(run: PystolRun, pod: Pod, nowMs: number): Outcome {
  const ended = containerOf(pod)?.state?.terminated;
  const claim = claimOf(run);
  const report = claim && trustedMessage(ended?.message, claim.nonceSHA256);
  if (report) return { kind: "reported", report };
  const untilMs = Date.parse(ended?.finishedAt ?? "") + REPORT_GRACE_MS;
  if (nowMs < untilMs) return { kind: "waiting", untilMs };
  const { verdict, reason, text } = endOf(pod, ended);
  const harm = claim ? "The fault may have been injected." : "Nothing was injected.";
  return { kind: "lost", verdict, reason, message: `${text} before it reported. ${harm}` };
}

function endOf(
  pod: Pod,
  ended: Terminated | undefined,
): { verdict: "Error" | "TimedOut"; reason: string; text: string } {
  const { reason, message } = pod.status ?? {};
  if (reason === "DeadlineExceeded") {
    return { verdict: "TimedOut", reason, text: "The runner's pod was ended by its deadline" };
  }
  if (reason) {
    return {
      verdict: "Error",
      reason,
      text: `The runner's pod failed (${reason}: ${message ?? "no message"})`,
    };
  }
  if (ended?.reason === "OOMKilled") {
    return {
      verdict: "Error",
      reason: "OOMKilled",
      text: "The runner ran out of memory and was killed (OOMKilled)",
    };
  }
  if (ended?.exitCode === 137) {
    return {
      verdict: "Error",
      reason: "RunnerKilled",
      text: "The runner was killed by SIGKILL (exit code 137)",
    };
  }
  if (pod.metadata.deletionTimestamp) {
    return { verdict: "Error", reason: "PodDeleted", text: "The runner's pod was deleted" };
  }
  const code = ended ? `exit code ${ended.exitCode}` : "no exit code";
  return { verdict: "Error", reason: "RunnerFailed", text: `The runner ended with ${code}` };
}

/** Whoever made the PystolRole without the client may have forgotten its account, which the Job's events tell. */
function noPod({ metadata, spec }: PystolRun): string {
  return `it had no pod; is there a ServiceAccount ${serviceAccountOf(spec.role.name)} in pystol-runs, and room in its quota? kubectl -n pystol-runs describe job ${metadata.name}`;
}

function containerOf(pod: Pod | undefined): ContainerStatus | undefined {
  return pod?.status?.containerStatuses?.find(({ name }) => name === "runner");
}

function unscheduled(pod: Pod | undefined): string | undefined {
  const found = pod?.status?.conditions?.find(
    ({ type, status }) => type === "PodScheduled" && status === "False",
  );
  return found && `its pod is not scheduled: ${found.message ?? found.reason}`;
}

function condition(job: Job | undefined, type: string) {
  return job?.status?.conditions?.find((one) => one.type === type && one.status === "True");
}

function newest(pods: readonly Pod[]): Pod | undefined {
  return [...pods].sort(
    (a, b) =>
      Date.parse(b.metadata.creationTimestamp ?? "") -
      Date.parse(a.metadata.creationTimestamp ?? ""),
  )[0];
}
