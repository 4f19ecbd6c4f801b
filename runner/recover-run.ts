import type { PystolRun } from "../kubernetes/resources.ts";
import type { AnsibleResult } from "./ansible.ts";
import type { EventLog } from "./events.ts";
import { type Interrupts, timeoutAt } from "./interrupts.ts";
import type { Plays } from "./plays.ts";
import { closing, openRecords } from "./records.ts";
import { recover } from "./recovery.ts";
import type { RunRecord } from "./run-record.ts";
import { endOfRecovery } from "./time-limits.ts";
import type { Outcome } from "./verdict.ts";

/** Counting an attempt is no reason to wait for an API server that is away. */
const AT_ONCE = { deadlineMs: 0, now: Date.now };

/** Undoes what the run's records hold, within its time; returns what the role's own plays came to. */
export async function recoverRun(
  parts: {
    record: RunRecord;
    log: EventLog;
    plays: Plays;
    interrupts: Interrupts;
    now: () => Date;
  },
  options: {
    run: PystolRun;
    /** What the role gets, beside the records. */
    variables: Readonly<Record<string, unknown>>;
    /** The run's own deadline in ms since the epoch; infinite for a recovery Job. */
    deadlineMs: number;
    verifies: boolean;
    judge: (result: AnsibleResult) => Outcome;
  },
): Promise<Outcome | undefined> {
  const { record, log, plays, interrupts } = parts;
  const { role, timeoutSeconds } = options.run.spec;
  const now = () => parts.now().getTime();
  const startMs = now();
  const endMs = () =>
    endOfRecovery({
      ...{ startMs, deadlineMs: options.deadlineMs },
      terminatedAtMs: interrupts.terminatedAtMs,
    });
  const timesUp = new AbortController();
  let timer = timeoutAt({ atMs: endMs(), seconds: timeoutSeconds, nowMs: now() });
  const arm = () => {
    timer.clear();
    timer = timeoutAt({ atMs: endMs(), seconds: timeoutSeconds, nowMs: now() });
    timer.signal.addEventListener("abort", () => timesUp.abort(timer.signal.reason));
  };
  arm();
  interrupts.terminated.addEventListener("abort", arm);
  try {
    const { outcome } = await recover({
      ...{ role, log, endMs, now, verifies: options.verifies },
      always: !role.undoable,
      signal: timesUp.signal,
      all: () => [...(record.status.records ?? [])].reverse(),
      open: () => openRecords(record.status.records),
      prepare: () => void plays.prepare(),
      outcomeOf: options.judge,
      countFailure: async (id, message) => {
        const failed = { type: "undone", id, state: "Failed", message } as const;
        const stored = record.change(({ records }) => closing(records, failed), AT_ONCE);
        await stored.catch(() => undefined); // it is tried again in any case
      },
      play: ({ variables, ...play }) =>
        plays.play({ ...play, variables: { ...options.variables, ...variables } }),
    });
    return outcome;
  } finally {
    timer.clear();
    interrupts.terminated.removeEventListener("abort", arm);
    await plays.clear();
  }
}
