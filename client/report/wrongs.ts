import type { Results } from "../../crds/types/results.ts";
import { isExpected } from "../../crds/verdicts.ts";
import type { ActionResult } from "../results.ts";

type Command = NonNullable<Results["commands"]>[number];
type Probe = NonNullable<Results["probes"]>[number];

/**
 * Everything that keeps a set of results from having passed, a sentence each, the most telling first: what failed as a whole, then the
 * probes, the actions and the commands: a breached probe ends faults, and the end of a fault a command. Never empty where the outcome is not passed.
 */
export function wrongsOf(results: Results): string[] {
  const { actions, commands = [], probes = [], message, outcome } = results;
  const wrongs = [
    ...(message === undefined ? [] : [message]),
    ...probes.filter(({ outcome }) => outcome !== "passed").map(breachWords),
    ...actions
      .filter(({ expected }) => !expected)
      .map((each) => `${each.namespace}/${each.name} ${whyUnexpected(each)}`),
    ...commands
      .filter(({ outcome }) => outcome !== "passed")
      .map((each) => `The command ${underWords(each)} failed: ${each.message || exitWords(each)}`),
  ];
  if (wrongs.length === 0 && outcome !== "passed") return ["It failed, and no reason is known."];
  return wrongs;
}

/** Why an action is not as its author expects, beginning with a verb: "ended Failed: 3 of 10 requests were lost." */
export function whyUnexpected(result: ActionResult): string {
  const { verdict, recovered, verified, expect = ["Passed"] } = result;
  const said = result.message ? `: ${result.message}` : "";
  if (!isExpected(verdict, expect)) return `ended ${verdict}${said || " without a message"}`;
  if (recovered === false) return `ended ${verdict}, but its effect was not seen to end${said}`;
  if (!verified) return `ended ${verdict}, but without evidence, which is required${said}`;
  return `ended ${verdict}, which is not taken as expected${said}`;
}

/** A breached probe in a sentence. */
export function breachWords({ name, phase, failures, checks, message }: Probe): string {
  const said = message ? `: ${message}` : "";
  return `The probe ${name} was breached ${phase} the fault, ${failures} of ${checks} checks failed${said}`;
}

/** The fault that a command ran under: "under shop/kill-web". */
export function underWords({ actions }: Command): string {
  return actions.length > 0 ? `under ${actions.join(", ")}` : "without a fault";
}

/** How a command ended. */
export function exitWords({ exitCode, startTime }: Command): string {
  if (exitCode !== null) return `exit code ${exitCode}`;
  return startTime ? "it was ended by a signal" : "it never ran";
}

/** How many verdicts of Passed no evidence backs. */
export function unverifiedCount({ actions }: Results): number {
  return actions.filter((each) => each.verdict === "Passed" && each.expected && !each.verified)
    .length;
}
