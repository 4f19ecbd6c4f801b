import type { AnsibleResult } from "./ansible.ts";
import { hold } from "./hold.ts";
import { type Interrupts, timeoutAt } from "./interrupts.ts";
import type { Times } from "./listen.ts";
import { phasedOutcome } from "./phased-outcome.ts";
import { type Entry, entriesPlaybook } from "./playbook.ts";
import { openRecords } from "./records.ts";
import { recoverRun } from "./recover-run.ts";
import { type RoleCall, type RoleParts, resultsOf, variablesOf } from "./role-call.ts";
import { endOfHold, reserveMs } from "./time-limits.ts";
import type { Outcome } from "./verdict.ts";

/** Between the wish to end a fault and its recovery nothing else is done, so both come from the same clock. */
export async function runPhases(
  parts: RoleParts,
  call: RoleCall,
  role: {
    verifies: boolean;
    judge: (result: AnsibleResult) => Outcome;
    times: Times;
    /** From now on nothing may be changed that would have to be undone. */
    onInjectOver: () => void;
  },
): Promise<{ outcome: Outcome; results: Record<string, unknown> }> {
  const { plays, record, log, interrupts } = parts;
  const { spec } = call.run;
  const { times } = role;
  const entries: Entry[] = [{ tasksFrom: "inject", phase: "inject" }];
  if (role.verifies && !spec.dryRun) entries.push({ tasksFrom: "verify", phase: "injected" });
  const nowMs = () => parts.now().getTime();
  const deadlineMs = call.deadline.getTime();
  const holdSeconds = Math.max(1, Math.ceil((deadlineMs - nowMs()) / 1000));
  const variables = { ...variablesOf(call), pystol_hold_seconds: holdSeconds };
  const timeout = timeoutAt({
    atMs: deadlineMs - (spec.dryRun ? 0 : reserveMs(spec)),
    seconds: spec.timeoutSeconds,
    nowMs: nowMs(),
  });
  const signal = endOfInject(interrupts, timeout.signal, times);
  const injected = await plays
    .play({
      playbook: entriesPlaybook(spec.role, entries),
      ...{ variables, signal, check: spec.dryRun ?? false },
    })
    // Whatever failed, something may have been recorded by then.
    .catch((error: Error) => lostPlay(error.message))
    .finally(() => timeout.clear());
  role.onInjectOver();
  const inject = role.judge(injected);
  if (spec.dryRun) return { outcome: inject, results: resultsOf([injected]) };
  let held: Parameters<typeof phasedOutcome>[0]["held"];
  if (inject.verdict === "Passed") {
    if (!times.injectedTime) {
      times.injectedTime = parts.now().toISOString();
      const { injectedTime } = times;
      void record.store({ injectedTime }, parts.patience).catch(() => undefined);
    }
    const injectedMs = Date.parse(times.injectedTime);
    const { durationSeconds } = spec;
    const end = endOfHold({ injectedMs, durationSeconds, deadlineMs, reserveMs: reserveMs(spec) });
    log.add({ event: "holding", until: new Date(end.atMs).toISOString(), reason: end.reason });
    void plays.prepare();
    const why = await hold({ ...end, interrupts, nowMs: nowMs() });
    const seconds = (nowMs() - injectedMs) / 1000;
    held = { seconds, end: why, durationSeconds };
    log.add({ event: "held", seconds, end: why });
  }
  const recoveries: AnsibleResult[] = [];
  const recovery = await recoverRun(parts, {
    ...{ run: call.run, variables, deadlineMs, verifies: role.verifies && held !== undefined },
    judge: (result) => {
      recoveries.push(result);
      return role.judge(result);
    },
  });
  const records = record.status.records ?? [];
  if (openRecords(records).length === 0 && (records.length > 0 || held) && !times.recoveredTime)
    times.recoveredTime = parts.now().toISOString();
  const outcome = phasedOutcome({
    ...{ inject, held, recovery, records },
    undoable: spec.role.undoable ?? false,
  });
  return { outcome, results: resultsOf([injected, ...recoveries]) };
}

function lostPlay(why: string): AnsibleResult {
  return { events: [], ending: { lost: why }, interruption: undefined, errorOutput: "" };
}

/**
 * Ends the injection at its time, on SIGTERM, and on a stop that comes before the fault is active. Who sees the fault as active
 * may stop it at once, while the role still verifies it: that is the end of the hold.
 */
function endOfInject(interrupts: Interrupts, timeout: AbortSignal, times: Times): AbortSignal {
  const early = new AbortController();
  const stop = () => {
    if (!times.injectedTime) early.abort(interrupts.stop.reason);
  };
  if (interrupts.stop.aborted) stop();
  else interrupts.stop.addEventListener("abort", stop, { once: true });
  return AbortSignal.any([interrupts.terminated, timeout, early.signal]);
}
