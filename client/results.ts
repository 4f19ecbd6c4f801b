import type { Results } from "../crds/types/results.ts";
import { isExpected } from "../crds/verdicts.ts";
import type { Ending } from "./follow.ts";

export type ActionResult = Results["actions"][number];

/** What came of a set of actions. Passed only if there is no `message` of a failure and every action is as expected. */
export function resultsFrom(options: {
  endings: readonly Ending[];
  startTime: Date;
  completionTime: Date;
  cluster?: Results["cluster"] | undefined;
  /** Why the set failed, where no single action says it. */
  message?: string | undefined;
}): Results {
  const actions = options.endings.map(resultOf);
  const passed = options.message === undefined && actions.every(({ expected }) => expected);
  return {
    schemaVersion: 1,
    outcome: passed ? "passed" : "failed",
    ...(options.message === undefined ? {} : { message: options.message }),
    startTime: options.startTime.toISOString(),
    completionTime: options.completionTime.toISOString(),
    ...(options.cluster ? { cluster: options.cluster } : {}),
    actions,
  };
}

/** The result of one manifest. Without a verdict of the operator it is Error, and an Error is never expected. */
export function resultOf({ manifest, action = manifest.action, problem }: Ending): ActionResult {
  const { metadata, spec, status = {} } = action;
  const verdict = problem === undefined ? (status.verdict ?? "Error") : "Error";
  const expect = spec.expect ?? ["Passed"];
  return {
    namespace: metadata.namespace ?? "default",
    name: metadata.name,
    role: spec.role,
    verdict,
    expect,
    expected: isExpected(verdict, expect),
    verified: problem === undefined && status.verified === true,
    message: problem ?? (status.verdict ? (status.message ?? "") : "It ended without a verdict"),
    startTime: status.startTime ?? null,
    injectedTime: status.injectedTime ?? null,
    recoveredTime: status.recoveredTime ?? null,
    completionTime: status.completionTime ?? null,
    targets: (status.targets ?? []) as ActionResult["targets"],
    ...(status.targetsOmitted ? { targetsOmitted: status.targetsOmitted } : {}),
  };
}

/** The outcome for people, the reason of a failure first. */
export function headline({ actions, message, outcome }: Results): string {
  const wrong = actions.filter(({ expected }) => !expected);
  const counts = `${actions.length - wrong.length} of ${actions.length} actions ended as expected`;
  if (outcome === "passed") {
    const unverified = actions.filter((each) => each.verdict === "Passed" && !each.verified).length;
    const note = unverified > 0 ? `, ${unverified} of them unverified` : "";
    return actions.length === 0 ? "passed: no actions were asked for" : `passed: ${counts}${note}`;
  }
  const [first] = wrong;
  if (message !== undefined || !first) return `failed: ${message ?? "no reason known"}`;
  return `failed: ${first.namespace}/${first.name} ended ${first.verdict}: ${first.message} (${counts})`;
}
