import type { AnsibleResult } from "./ansible.ts";
import type { EventLog } from "./events.ts";
import { timeoutAt } from "./interrupts.ts";
import { type Entry, entriesPlaybook, recoverEachPlaybook } from "./playbook.ts";
import type { UndoRecord } from "./records.ts";
import { playLimitMs } from "./time-limits.ts";
import { attemptsOf, retryAfterMs } from "./undo-attempts.ts";
import type { Outcome } from "./verdict.ts";

export interface RecoveryParts {
  role: { collection: string; role: string };
  /** Whether the role has tasks/verify.yml, and shall see the end of the fault. */
  verifies: boolean;
  /** Whether recover.yml runs even where no record is open, because the role keeps none. */
  always: boolean;
  log: EventLog;
  /** All that was ever recorded, newest first: what verify.yml looks at where everything is closed. */
  all: () => UndoRecord[];
  /** What is still open, newest first, as far as it is known. */
  open: () => UndoRecord[];
  /** Counts an attempt that failed; the record stays open. */
  countFailure: (id: string, message: string) => Promise<void>;
  play: (play: {
    playbook: string;
    variables: Record<string, unknown>;
    signal: AbortSignal;
  }) => Promise<AnsibleResult>;
  outcomeOf: (result: AnsibleResult) => Outcome;
  /** Starts Ansible for the next play ahead of its time. */
  prepare: () => void;
  /** Aborts when there is no more time for recovery. */
  signal: AbortSignal;
  /** When that is, in ms since the epoch. */
  endMs: () => number;
  now: () => number;
}

/** What the role's own recover.yml and verify.yml came to; which records are open is in the records. */
export type Recovered = { outcome: Outcome | undefined };

const RECOVER: Entry = { tasksFrom: "recover", phase: "recover" };
const VERIFY: Entry = { tasksFrom: "verify", phase: "recovered" };

/**
 * Undoes what is open: first all at once, then what is left one by one, in one play after the other with growing pauses, until
 * nothing is open or the time is over. Then the role says whether the fault has ended. One failure stops none of the others.
 */
export async function recover(parts: RecoveryParts): Promise<Recovered> {
  let outcome: Outcome | undefined;
  const verify = parts.verifies ? [VERIFY] : [];
  const all = parts.open();
  if (all.length > 0 || parts.always) {
    outcome = await playAll(parts, all, [RECOVER, ...verify]);
    for (let tries = 1; parts.always && all.length === 0 && outcome.verdict !== "Passed"; tries++) {
      if (!(await pause(parts, parts.now() + retryAfterMs(tries)))) return { outcome };
      outcome = await playAll(parts, [], [RECOVER, ...verify]);
    }
    if (!(await retryEach(parts))) return { outcome };
    if (outcome.verdict === "Passed" || all.length === 0) return { outcome };
    outcome = undefined; // all is undone by now, whatever failed on the way
  }
  if (parts.verifies) outcome = await playAll(parts, parts.all(), verify);
  return { outcome };
}

async function playAll(parts: RecoveryParts, records: UndoRecord[], entries: Entry[]) {
  parts.log.add({ event: "recovering", records: records.length });
  const result = await limited(parts, {
    playbook: entriesPlaybook(parts.role, entries),
    variables: { pystol_undo: records.map(given) },
  });
  const outcome = parts.outcomeOf(result);
  if (outcome.verdict !== "Passed") {
    const before = new Map(records.map((record) => [record.id, record.attempts ?? 0]));
    for (const { id, attempts = 0 } of parts.open())
      if (before.get(id) === attempts) await parts.countFailure(id, outcome.message);
  }
  return outcome;
}

/** Returns whether nothing is open any more. */
async function retryEach(parts: RecoveryParts): Promise<boolean> {
  const tried = new Map<string, { count: number; atMs: number }>();
  const dueMs = ({ id }: UndoRecord) => {
    const { count, atMs } = tried.get(id) ?? { count: 0, atMs: parts.now() };
    return atMs + retryAfterMs(count);
  };
  for (;;) {
    const open = parts.open();
    if (open.length === 0) return true;
    parts.prepare();
    for (const { id } of open) if (!tried.has(id)) tried.set(id, { count: 1, atMs: parts.now() });
    if (!(await pause(parts, Math.min(...open.map(dueMs))))) return false;
    // What was tried least comes first, so that one that hangs keeps nobody waiting twice.
    const count = ({ id }: UndoRecord) => tried.get(id)?.count ?? 0;
    const due = open
      .filter((record) => dueMs(record) <= parts.now())
      .sort((one, other) => count(one) - count(other));
    for (const id of await tryEach(parts, due))
      tried.set(id, { count: (tried.get(id)?.count ?? 0) + 1, atMs: parts.now() });
  }
}

/** Returns the records that were attempted: a play that was ended did not come to all of them. */
async function tryEach(parts: RecoveryParts, due: readonly UndoRecord[]): Promise<string[]> {
  parts.log.add({ event: "recoveringEach", ids: due.map(({ id }) => id) });
  const { events } = await limited(parts, {
    playbook: recoverEachPlaybook(parts.role, due.length),
    variables: { pystol_records: due.map(given) },
  });
  const attempts = attemptsOf(events, due);
  for (const { id, attempts: counted = 0 } of parts.open()) {
    const before = due.find((record) => record.id === id);
    if (!before || !attempts.has(id) || counted !== (before.attempts ?? 0)) continue;
    const said = attempts.get(id) ?? "tasks/recover.yml did not say what came of it";
    await parts.countFailure(id, said);
  }
  return attempts.size > 0 ? [...attempts.keys()] : due.map(({ id }) => id);
}

function limited(
  parts: RecoveryParts,
  play: { playbook: string; variables: Record<string, unknown> },
): Promise<AnsibleResult> {
  const nowMs = parts.now();
  const limitMs = playLimitMs(parts.endMs() - nowMs);
  const seconds = Math.round(limitMs / 1000);
  const limit = timeoutAt({ atMs: nowMs + limitMs, seconds, nowMs, kind: "attempt" });
  const signal = AbortSignal.any([parts.signal, limit.signal]);
  return parts.play({ ...play, signal }).finally(() => limit.clear());
}

/** Waits until `atMs`; returns false where the time is over first. */
async function pause({ now, signal }: RecoveryParts, atMs: number): Promise<boolean> {
  if (signal.aborted) return false;
  return new Promise((resolve) => {
    const end = (value: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
      resolve(value);
    };
    const giveUp = () => end(false);
    const timer = setTimeout(() => end(true), Math.max(0, atMs - now()));
    signal.addEventListener("abort", giveUp);
  });
}

/** What recover.yml gets of a record. */
function given({ id, targetUID, node, module, args }: UndoRecord) {
  return {
    ...{ id, module, args: args ?? {} },
    ...(targetUID ? { targetUID } : {}),
    ...(node ? { node } : {}),
  };
}
