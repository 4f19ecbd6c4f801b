import type { ModuleResult } from "../ansible/module.ts";
import type { PodResult } from "./kill.ts";
import type { KillRequest } from "./request.ts";

/**
 * What the results mean: a pass only if every target was killed by us, is gone and, if that was to be waited for, replaced.
 */
export function summaryOf(results: readonly PodResult[], request: KillRequest): ModuleResult {
  const named = (outcome: PodResult["outcome"]) =>
    results.filter((result) => result.outcome === outcome).map(({ name }) => name);
  const [killed, vanished, present] = [named("killed"), named("vanished"), named("present")];
  const unreplaced = request.waitForReplacement
    ? results.filter(
        ({ outcome, evidence }) => outcome === "killed" && evidence.replacedBy === undefined,
      )
    : [];
  const changed = killed.length + present.length > 0;
  const failure = (pystol_verdict: "Failed" | "NoTargets", msg: string): ModuleResult => ({
    ...{ failed: true, changed, pystol_verdict, msg, pods: results },
  });
  const count = `${results.length} ${results.length === 1 ? "pod" : "pods"}`;
  if (vanished.length === results.length)
    return failure("NoTargets", `No pod was killed: ${names(vanished)} vanished before that.`);
  if (present.length > 0)
    return failure("Failed", `Of ${count}, ${present.length} did not go: ${names(present)}.`);
  if (vanished.length > 0)
    return failure(
      "Failed",
      `Of ${count}, ${vanished.length} vanished before being killed: ${names(vanished)}.`,
    );
  if (unreplaced.length > 0)
    return failure(
      "Failed",
      `${count} killed, but ${unreplaced.length} had no Ready replacement within ${request.replacementTimeoutMs / 1000} s: ${names(unreplaced.map(({ name }) => name))}.`,
    );
  const replacements = results.flatMap(({ evidence }) => evidence.replacedBy?.name ?? []);
  const replaced =
    replacements.length > 0
      ? `replaced by Ready ${names(replacements)}`
      : "no replacement was waited for";
  return {
    changed,
    msg: `${count} killed and gone: ${names(killed)}; ${replaced}.`,
    pods: results,
  };
}

/** At most five names, and how many more there are. */
function names(all: readonly string[]): string {
  const more = all.length - 5;
  return all.slice(0, 5).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
