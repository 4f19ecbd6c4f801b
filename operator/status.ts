import { isDeepStrictEqual } from "node:util";
import type { PystolActionStatus } from "../crds/types/pystolactions.ts";
import type { Report } from "../crds/types/report.ts";
import { isResult, type Verdict } from "../crds/verdicts.ts";
import type { Condition, PystolAction, PystolRun } from "../kubernetes/resources.ts";

/** crds/pystolactions.yaml: the longest message that the API server takes. */
const MESSAGE_LIMIT = 2048;

/** What a condition's reason may look like; not every reason of a kubelet does. https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go, Condition */
const REASON = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;

type Phase = NonNullable<PystolActionStatus["phase"]>;

/** What a condition says; the time of its change is added where it differs from the one before. */
interface Claim {
  type: string;
  status: "True" | "False";
  reason: string;
  message: string;
}

/** A verdict that the operator reached without a report. */
export interface Ending {
  verdict: Verdict;
  reason: string;
  message: string;
}

/** Why an action waits. Without a position it does not wait for others. */
export interface Waiting {
  reason: "MaxConcurrentActions" | "NamespaceQuota" | "PlatformStopped";
  message: string;
  position: number | undefined;
}

/** Whether a status says the same; an unchanged one is not written. */
export function isSame(before: unknown, after: unknown): boolean {
  return isDeepStrictEqual(before, after);
}

/** The status of an action that may run and waits. */
export function queuedStatus(
  action: PystolAction,
  { reason, message, position }: Waiting,
  now: string,
): PystolActionStatus {
  const waits: Claim = { type: "Started", status: "False", reason, message };
  return {
    observedGeneration: action.metadata.generation ?? 0,
    phase: "Queued",
    ...(position === undefined ? {} : { queuePosition: position }),
    conditions: merged(action, [accepted(), waits], now),
  };
}

/** The status of an action whose runner is over or lost, until what it left is undone. */
export function recoveringStatus(
  action: PystolAction,
  run: PystolRun,
  isRunnerOver: boolean,
  now: string,
): PystolActionStatus {
  const { startTime, injectedTime } = run.status ?? {};
  const recovers: Claim = {
    type: "Recovered",
    status: "False",
    reason: "Recovering",
    message: "The runner is gone and left something to undo; recovery Jobs undo it.",
  };
  const marked = marks({
    ...(startTime ? { startTime } : {}),
    ...(injectedTime ? { injectedTime } : {}),
  });
  return {
    observedGeneration: action.metadata.generation ?? 0,
    phase: "Recovering",
    run: run.metadata.name,
    ...(startTime ? { startTime } : {}),
    ...(injectedTime ? { injectedTime } : {}),
    conditions: merged(action, [accepted(), ...marked, ...(isRunnerOver ? [recovers] : [])], now),
  };
}

/** A final status that says that not all was undone. */
export function unrecovered(
  status: PystolActionStatus,
  reason: "RecoveryFailed" | "UndoConflict",
  message: string,
  now: string,
): PystolActionStatus {
  const { recoveredTime: _, conditions = [], ...kept } = status;
  const before = conditions.find(({ type }) => type === "Recovered");
  const condition: Condition = {
    type: "Recovered",
    status: "False",
    reason,
    message: message.slice(0, MESSAGE_LIMIT),
    observedGeneration: status.observedGeneration ?? 0,
    lastTransitionTime: before?.status === "False" ? before.lastTransitionTime : now,
  };
  return {
    ...kept,
    conditions: [...conditions.filter(({ type }) => type !== "Recovered"), condition],
  };
}

/** A final status of which all was undone, also where nobody marked the time. */
export function recovered(status: PystolActionStatus, now: string): PystolActionStatus {
  const conditions = (status.conditions ?? []).map(
    (one): Condition =>
      one.type === "Recovered" && one.status === "False"
        ? {
            ...one,
            status: "True",
            reason: "Recovered",
            message: "Every recorded change was undone.",
            lastTransitionTime: now,
          }
        : one,
  );
  return { ...status, conditions };
}

/** The status of an action whose run goes on. */
export function runningStatus(
  action: PystolAction,
  run: PystolRun,
  now: string,
): PystolActionStatus {
  const { startTime, injectedTime, recoveredTime } = run.status ?? {};
  let phase: Phase = "Starting";
  if (startTime) phase = "Running";
  if (injectedTime) phase = "Injected";
  if (recoveredTime) phase = "Recovered";
  return {
    observedGeneration: action.metadata.generation ?? 0,
    phase,
    run: run.metadata.name,
    ...(startTime ? { startTime } : {}),
    ...(injectedTime ? { injectedTime } : {}),
    ...(recoveredTime ? { recoveredTime } : {}),
    conditions: merged(action, [accepted(), ...marks(run.status ?? {})], now),
  };
}

/** The status of an action that has its report. */
export function reportedStatus(
  action: PystolAction,
  run: PystolRun,
  report: Report,
  now: string,
): PystolActionStatus {
  const { nonce: _, schemaVersion: __, events: ___, ...told } = report;
  return {
    ...told,
    observedGeneration: action.metadata.generation ?? 0,
    phase: isResult(report.verdict) ? "Complete" : "Failed",
    run: run.metadata.name,
    conditions: merged(
      action,
      [accepted(), ...marks(report), end({ ...report, reason: report.verdict })],
      now,
    ),
  };
}

/** The status of an action that ended without a report; what the run had marked until then is kept. */
export function endedStatus(
  action: PystolAction,
  run: PystolRun | undefined,
  ending: Ending,
  now: string,
): PystolActionStatus {
  const known = run?.status ?? action.status ?? {};
  const { startTime, injectedTime, recoveredTime } = known;
  const runName = run?.metadata.name ?? action.status?.run;
  const acceptance: Claim = runName
    ? accepted()
    : { type: "Accepted", status: "False", reason: ending.reason, message: ending.message };
  return {
    observedGeneration: action.metadata.generation ?? 0,
    phase: isResult(ending.verdict) ? "Complete" : "Failed",
    ...(runName ? { run: runName } : {}),
    ...(startTime ? { startTime } : {}),
    ...(injectedTime ? { injectedTime } : {}),
    ...(recoveredTime ? { recoveredTime } : {}),
    completionTime: now,
    verdict: ending.verdict,
    verified: false,
    message: ending.message.slice(0, MESSAGE_LIMIT),
    conditions: merged(action, [acceptance, ...marks(known), end(ending)], now),
  };
}

/** The same status without what a role or runner put into it, for an API server that refused that; without evidence nothing is verified. */
export function bareStatus(status: PystolActionStatus, now: string): PystolActionStatus {
  const { observedGeneration, phase, run, verdict, conditions } = status;
  const bare = { observedGeneration, phase, run, verdict, conditions };
  const left = " The targets and results are left out: the API server refused them.";
  const message = (status.message ?? "").slice(0, MESSAGE_LIMIT - left.length) + left;
  const kept = Object.fromEntries(Object.entries(bare).filter(([, value]) => value !== undefined));
  return { ...kept, ...(verdict ? { verified: false, message, completionTime: now } : {}) };
}

function accepted(): Claim {
  return { type: "Accepted", status: "True", reason: "Accepted", message: "The action may run." };
}

function marks(times: {
  startTime?: string;
  injectedTime?: string;
  recoveredTime?: string;
}): Claim[] {
  const mark = (type: string, time: string | undefined, message: string): Claim[] =>
    time ? [{ type, status: "True", reason: type, message: `${message} at ${time}.` }] : [];
  return [
    ...mark("Started", times.startTime, "The runner started"),
    ...mark("Injected", times.injectedTime, "The fault's effect was seen"),
    ...mark("Recovered", times.recoveredTime, "The end of the fault's effect was seen"),
  ];
}

function end({ verdict, reason, message }: Ending): Claim {
  const type = isResult(verdict) ? "Complete" : "Failed";
  return { type, status: "True", reason: REASON.test(reason) ? reason : "Unrecognised", message };
}

/** Conditions with the time of their last change: an unchanged one keeps its own, and one that is no longer claimed stays. */
function merged(action: PystolAction, claims: readonly Claim[], now: string): Condition[] {
  const before = action.status?.conditions ?? [];
  const conditionOf = (claim: Claim): Condition => {
    const known = before.find(({ type }) => type === claim.type);
    return {
      ...claim,
      message: claim.message.slice(0, MESSAGE_LIMIT),
      observedGeneration: action.metadata.generation ?? 0,
      lastTransitionTime: known?.status === claim.status ? known.lastTransitionTime : now,
    };
  };
  // In the order that is known, so that a status that says the same is the same.
  const kept = before.map((known) => {
    const claim = claims.find(({ type }) => type === known.type);
    return claim ? conditionOf(claim) : known;
  });
  const added = claims.filter((claim) => !before.some(({ type }) => type === claim.type));
  return [...kept, ...added.map(conditionOf)];
}
