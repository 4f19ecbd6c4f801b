import type { PystolRun } from "../kubernetes/resources.ts";
import type { Evidence } from "./evidence.ts";
import { leftBehind } from "./phased-outcome.ts";
import type { UndoRecord } from "./records.ts";
import type { Target } from "./targets.ts";
import type { Interruption, Outcome } from "./verdict.ts";

const UNVERIFIED = "Unverified: the role gave no evidence of its effect.";

/** The outcome on one line, as it stands in a table, with the doubt where a pass rests on the role's word alone. */
export function withDoubt(run: PystolRun, outcome: Outcome, verified: boolean): Outcome {
  const message = outcome.message.replace(/\s+/g, " ").trim();
  const isDoubtful = outcome.verdict === "Passed" && !verified && !run.spec.dryRun;
  return { ...outcome, message: isDoubtful ? `${message} ${UNVERIFIED}` : message };
}

/** The outcome, which is an Error where something is not undone, however it came to be left. */
export function withRemains(outcome: Outcome, records: readonly UndoRecord[]): Outcome {
  const left = leftBehind(records);
  if (left === undefined || outcome.message.startsWith(left)) return outcome;
  return { verdict: "Error", message: `${left} ${outcome.message}` };
}

/** Whether the role promises evidence and gave it for all that it acted on, and undid all that it recorded. */
export function isVerified(
  run: PystolRun,
  { verdict }: Outcome,
  evidence: Evidence | undefined,
  records: readonly UndoRecord[],
): boolean {
  const { role, dryRun } = run.spec;
  if (verdict !== "Passed" || dryRun || !role.verified || !evidence) return false;
  if (records.some(({ state }) => state !== "Done")) return false;
  return role.actsOn ? evidence.hasAll("injected") : evidence.isAny;
}

/** What a dry run says of what would happen; `said` is what the role itself said in check mode. */
export function dryRunText({ spec }: PystolRun, targets: readonly Target[], said?: string): string {
  const names = targets.slice(0, 10).map(({ name }) => name);
  const more = targets.length > names.length ? ` and ${targets.length - names.length} more` : "";
  const whom = spec.role.actsOn
    ? `would act on ${targets.length} targets: ${names.join(", ")}${more}`
    : `would run the role ${spec.role.name}`;
  const role = said ? ` In check mode: ${/[.!?…]$/.test(said) ? said : `${said}.`}` : "";
  return `Dry run: ${whom}. Nothing was touched.${role}`;
}

/** The outcome of a run that was ended before its role began. */
export function beforeRole(interruption: Interruption, timeoutSeconds: number): Outcome {
  switch (interruption.kind) {
    case "timeout":
    case "attempt":
      return {
        verdict: "TimedOut",
        message: `Nothing was injected: the targets were not resolved within spec.timeout, ${timeoutSeconds} s.`,
      };
    case "signal":
      return {
        verdict: "Aborted",
        message: "Nothing was injected: the runner's pod was asked to stop (SIGTERM).",
      };
    case "stop":
      return { verdict: "Aborted", message: "Nothing was injected: spec.stop was set." };
  }
}
