import type { HoldEnd } from "./hold.ts";
import type { UndoRecord } from "./records.ts";
import type { Outcome } from "./verdict.ts";

/** What came of each phase of a role. */
export interface Phases {
  inject: Outcome;
  /** Where the fault was held: for how long, and why no longer. */
  held?: { seconds: number; end: HoldEnd; durationSeconds: number | undefined } | undefined;
  /** What recover.yml and verify.yml came to after the fault, where they ran. */
  recovery: Outcome | undefined;
  records: readonly UndoRecord[];
  /** Whether the records say what is undone; of another role only its recover.yml does. */
  undoable: boolean;
}

const NAMED = 5;

/**
 * The outcome of a phased role: what was left behind comes before everything else, then a fault whose end was not seen, then
 * what the fault itself came to, then whether it was held for as long as asked. So whoever expects a role to fail does not
 * take a fault that may still be there for a success.
 */
export function phasedOutcome(phases: Phases): Outcome {
  const { inject, recovery, records, undoable } = phases;
  const left = leftBehind(records);
  if (left) return { verdict: "Error", message: `${left} ${inject.message}` };
  const undone = records.length > 0 ? ` All that was changed is undone (${records.length}).` : "";
  const { verdict, message } = inject.verdict === "Passed" ? heldOutcome(phases) : inject;
  const fault =
    verdict === "Passed"
      ? { verdict, message }
      : { verdict, message: `${sentence(message)}${undone}` };
  if (!recovery || recovery.verdict === "Passed") return fault;
  const isFailed = undoable && recovery.verdict === "Failed";
  // What is undone by its records needs no more proof where the run was cut short.
  if (undoable && !isFailed && fault.verdict !== "Passed") return fault;
  return {
    verdict: isFailed && fault.verdict !== "Error" ? "Failed" : "Error",
    message: `After the fault: ${sentence(recovery.message)} ${fault.message}`,
  };
}

/** What is not undone, with the reason of each; undefined where nothing is left. */
export function leftBehind(records: readonly UndoRecord[]): string | undefined {
  const open = records.filter(({ state }) => state === "Open");
  const conflicts = records.filter(({ state }) => state === "Conflict");
  const parts = [
    open.length > 0 ? `Not undone: ${named(open)}.` : "",
    conflicts.length > 0
      ? `Left alone, because somebody else has changed it meanwhile: ${named(conflicts)}.`
      : "",
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(" ") : undefined;
}

function named(records: readonly UndoRecord[]): string {
  const names = records.slice(0, NAMED).map(({ id, state, attempts = 0, lastError }) => {
    const tries = state === "Open" ? [attempts === 1 ? "1 attempt" : `${attempts} attempts`] : [];
    const details = [...tries, ...(lastError ? [lastError.slice(0, 160)] : [])];
    return details.length > 0 ? `${id} (${details.join(": ")})` : id;
  });
  const more = records.length > NAMED ? ` and ${records.length - NAMED} more` : "";
  return names.join(", ") + more;
}

function heldOutcome({ inject, held }: Phases): Outcome {
  if (!held) return inject;
  const { seconds, end, durationSeconds: wished } = held;
  const text = `${sentence(inject.message)} It was held for ${rounded(seconds)} s`;
  const of = wished === undefined ? "" : ` of ${wished} s`;
  switch (end) {
    case "duration":
      return { verdict: "Passed", message: `${text}${of}.` };
    case "stop":
      return { verdict: "Passed", message: `${text}${of}, until spec.stop was set.` };
    case "reserve":
      return wished === undefined
        ? { verdict: "Passed", message: `${text}, until spec.timeout left time for recovery only.` }
        : {
            verdict: "TimedOut",
            message: `${text}${of}: the rest of spec.timeout was needed for recovery.`,
          };
    case "signal":
      return {
        verdict: "Aborted",
        message: `${text}${of}: the runner's pod was asked to stop (SIGTERM).`,
      };
  }
}

/** Half a second more or less is the time that starting to recover takes. */
const rounded = (seconds: number) => Math.round(seconds);

const sentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`);
