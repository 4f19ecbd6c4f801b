import type { Report } from "./types/report.ts";

/** What can come of an action. */
export type Verdict = Report["verdict"];

/**
 * Verdicts that say how the fault went: the condition Complete. The others say that there is no such result: the condition
 * Failed, as of a batch Job that ended without one.
 */
export function isResult(verdict: Verdict): boolean {
  return verdict === "Passed" || verdict === "Failed" || verdict === "NoTargets";
}

/** Whether a verdict counts as success for its author. An Error never does, whatever the author wrote. */
export function isExpected(verdict: Verdict, expect: readonly string[] | undefined): boolean {
  return verdict !== "Error" && (expect ?? ["Passed"]).includes(verdict);
}
