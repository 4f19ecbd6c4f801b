import type { Report } from "../crds/types/report.ts";
import type { PystolRun } from "../kubernetes/resources.ts";
import { claimOf } from "./claim.ts";
import { accountOf, FETCH_CONTAINER } from "./pod-spec.ts";
import { trustedMessage, trustedReport } from "./report.ts";
import {
  type ContainerStatus,
  isTerminal,
  type Job,
  type Pod,
  type Terminated,
  voidAtMs,
} from "./workloads.ts";

/**
 * How a run stands: it goes on until `until` (ms since the epoch) at most, it was reported, it was lost, or its pod is not
 * known, so that only a live read can tell whether it is gone.
 */
export type Outcome =
  | { kind: "waiting"; untilMs: number }
  | { kind: "reported"; report: Report }
  | { kind: "unseen"; podName: string; podUID: string }
  | Lost;

/** `text` is the message without its last sentence, which says what harm may have been done. */
export interface Lost {
  kind: "lost";
  verdict: "Error";
  reason: string;
  message: string;
  text: string;
}

/** The time that a runner gets after its own deadline to end the role and report. */
const RUNNER_MARGIN_MS = 45_000;
const STARTING = ["ContainerCreating", "PodInitializing"];
const HOPELESS = ["ErrImageNeverPull", "InvalidImageName"];

export interface RunState {
  run: PystolRun;
  job: Job | undefined;
  /** The pods of the Job. */
  pods: readonly Pod[];
  startDeadlineSeconds: number;
  /** When the action was created, in ms since the epoch. */
  createdMs: number;
  /** Whether a live read found the pod of the claim gone. */
  isPodGone: boolean;
}

/** The report in the run, if its runner wrote it. */
export function reportOf(run: PystolRun): Report | undefined {
  const claim = claimOf(run);
  return claim && trustedReport(run.status?.report, claim.nonceSHA256);
}

/**
 * What a run came to, from the run's report, or else the pod's termination message, or else what Kubernetes says of the pod.
 * Without a report nothing is known of the fault, so that is an Error, which nobody can expect.
 */
export function outcomeOf(state: RunState, nowMs: number): Outcome {
  const { run, pods } = state;
  const claim = claimOf(run);
  const report = reportOf(run);
  if (report) return { kind: "reported", report };
  const pod = claim
    ? pods.find((candidate) => candidate.metadata.uid === claim.podUID)
    : newest(pods);
  if (pod && isTerminal(pod)) return afterEnd(run, pod);
  if (claim) return whileRunning(state, pod, nowMs);
  return beforeStart(state, pod, nowMs);
}

function beforeStart(state: RunState, pod: Pod | undefined, nowMs: number): Outcome {
  const waiting = fetchOf(pod)?.state?.waiting ?? containerOf(pod)?.state?.waiting;
  const pulls = waiting?.reason?.includes("Image") ? ` of image ${state.run.spec.role.image}` : "";
  const why =
    waiting?.reason && !STARTING.includes(waiting.reason)
      ? `${waiting.reason}${pulls}: ${waiting.message ?? "no message"}`
      : (unscheduled(pod) ?? (pod ? "its pod was still starting" : noPod(state.run)));
  if (waiting?.reason && HOPELESS.includes(waiting.reason)) {
    return lost(waiting.reason, `The runner cannot start: ${why}.`, false);
  }
  const failed = condition(state.job, "Failed");
  if (failed && !pod) {
    return lost(
      failed.reason ?? "JobFailed",
      `The Job failed before its runner started: ${failed.message ?? failed.reason}.`,
      false,
    );
  }
  const untilMs = state.createdMs + state.startDeadlineSeconds * 1000;
  if (nowMs < untilMs) return { kind: "waiting", untilMs };
  return lost(
    waiting?.reason ?? "StartDeadlineExceeded",
    `The runner did not start within ${state.startDeadlineSeconds} s (spec.startDeadline): ${why}.`,
    false,
  );
}

function whileRunning(
  { run, job, startDeadlineSeconds, isPodGone }: RunState,
  pod: Pod | undefined,
  nowMs: number,
): Outcome {
  if (!pod && (!job || condition(job, "Failed"))) {
    const claim = claimOf(run);
    // The cache of pods may be behind that of runs, as after a start.
    if (claim && !isPodGone)
      return { kind: "unseen", podName: claim.podName, podUID: claim.podUID };
    const what = job ? "its pod" : "its Job";
    return lost("RunnerLost", `The runner is gone: ${what} was deleted before it reported.`, true);
  }
  // Counted by the API server's clock: a node's may be off.
  const created = Date.parse(run.metadata.creationTimestamp ?? "");
  const longest = startDeadlineSeconds + run.spec.timeoutSeconds;
  const overdueMs = created + longest * 1000 + RUNNER_MARGIN_MS;
  const voidMs = pod ? voidAtMs(pod) : Number.POSITIVE_INFINITY;
  if (nowMs >= voidMs) {
    const text =
      "The runner's pod was deleted, and its node does not say that it ended: the node is lost";
    return lost("NodeLost", `${text}, before it reported.`, true);
  }
  const untilMs = Math.min(overdueMs, voidMs);
  if (!(nowMs >= untilMs)) return { kind: "waiting", untilMs };
  return lost(
    "NoReport",
    `The runner did not report within ${longest} s (spec.startDeadline and spec.timeout) and ${RUNNER_MARGIN_MS / 1000} s more.`,
    true,
  );
}

function afterEnd(run: PystolRun, pod: Pod): Outcome {
  const ended = containerOf(pod)?.state?.terminated;
  const claim = claimOf(run);
  const report = claim && trustedMessage(ended?.message, claim.nonceSHA256);
  if (report) return { kind: "reported", report };
  const fetched = fetchOf(pod)?.state?.terminated;
  if (!claim && fetched && fetched.exitCode !== 0) {
    const why = fetched.message?.trim() || `exit code ${fetched.exitCode}`;
    return lost("SourceFailed", `The role's source could not be fetched: ${why}`, false);
  }
  const { reason, text } = endOf(pod, ended);
  return lost(reason, `${text} before it reported.`, claim !== undefined);
}

function lost(reason: string, text: string, wasClaimed: boolean): Outcome {
  const harm = wasClaimed ? "The fault may have been injected." : "Nothing was injected.";
  return { kind: "lost", verdict: "Error", reason, message: `${text} ${harm}`, text };
}

function endOf(pod: Pod, ended: Terminated | undefined): { reason: string; text: string } {
  const { reason, message } = pod.status ?? {};
  if (reason === "DeadlineExceeded") {
    return { reason, text: "The runner's pod was ended by its deadline" };
  }
  if (reason) {
    return { reason, text: `The runner's pod failed (${reason}: ${message ?? "no message"})` };
  }
  if (ended?.reason === "OOMKilled") {
    return {
      reason: "OOMKilled",
      text: "The runner ran out of memory and was killed (OOMKilled)",
    };
  }
  if (ended?.exitCode === 137) {
    return { reason: "RunnerKilled", text: "The runner was killed by SIGKILL (exit code 137)" };
  }
  if (pod.metadata.deletionTimestamp) {
    return { reason: "PodDeleted", text: "The runner's pod was deleted" };
  }
  const code = ended ? `exit code ${ended.exitCode}` : "no exit code";
  return { reason: "RunnerFailed", text: `The runner ended with ${code}` };
}

/** Whoever made the PystolRole without the client may have forgotten its account, which the Job's events tell. */
function noPod(run: PystolRun): string {
  const { metadata } = run;
  return `it had no pod; is there a ServiceAccount ${accountOf(run)} in pystol-runs, and room in its quota? kubectl -n pystol-runs describe job ${metadata.name}`;
}

function fetchOf(pod: Pod | undefined): ContainerStatus | undefined {
  return pod?.status?.initContainerStatuses?.find(({ name }) => name === FETCH_CONTAINER);
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
