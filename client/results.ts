import type { Results } from "../crds/types/results.ts";
import { isExpected } from "../crds/verdicts.ts";
import type { Ending } from "./scenario/follow.ts";
import { isUnrecovered } from "./scenario/judge.ts";

export type ActionResult = Results["actions"][number];

/**
 * What came of a set of actions. Passed only if there is no `message` of a failure, every action is as expected, and no command
 * failed and no probe was breached.
 */
export function resultsFrom(options: {
  endings: readonly Ending[];
  commands?: Results["commands"];
  probes?: Results["probes"];
  steps?: Results["steps"];
  startTime: Date;
  completionTime: Date;
  cluster?: Results["cluster"] | undefined;
  /** Why the set failed, where no single part says it. */
  message?: string | undefined;
  /** Whether a pass needs evidence. */
  requireEvidence?: boolean;
}): Results {
  const { commands = [], probes = [], steps = [], message } = options;
  const { requireEvidence = false } = options;
  const actions = options.endings.map((ending) => resultOf(ending, requireEvidence));
  const passed =
    message === undefined &&
    actions.every(({ expected }) => expected) &&
    [...commands, ...probes].every(({ outcome }) => outcome === "passed");
  return {
    schemaVersion: 1,
    outcome: passed ? "passed" : "failed",
    ...(message === undefined ? {} : { message }),
    startTime: options.startTime.toISOString(),
    completionTime: options.completionTime.toISOString(),
    ...(options.cluster ? { cluster: options.cluster } : {}),
    ...(steps.length > 0 ? { steps } : {}),
    ...(commands.length > 0 ? { commands } : {}),
    ...(probes.length > 0 ? { probes } : {}),
    actions,
  };
}

/**
 * The result of one manifest. Without a verdict of the operator it is Error, and an Error is never expected; nor is what was not
 * undone, nor, where `requireEvidence`, a pass without evidence.
 */
export function resultOf(ending: Ending, requireEvidence = false): ActionResult {
  const { manifest, action = manifest.action, problem } = ending;
  const { metadata, spec, status = {} } = action;
  const verdict = problem === undefined ? (status.verdict ?? "Error") : "Error";
  const expect = spec.expect ?? ["Passed"];
  const verified = problem === undefined && status.verified === true;
  const message =
    problem ?? (status.verdict ? (status.message ?? "") : "It ended without a verdict");
  const unrecovered = isUnrecovered(action);
  const lacksEvidence = requireEvidence && verdict === "Passed" && !verified;
  const reasons = [
    ...(unrecovered ? ["Not everything that was changed was undone."] : []),
    ...(lacksEvidence ? ['It gave no evidence, which "require-evidence" asks for.'] : []),
  ];
  const { line } = manifest.positionOf([]);
  return {
    namespace: metadata.namespace ?? "default",
    name: metadata.name,
    role: spec.role,
    verdict,
    expect,
    expected: isExpected(verdict, expect) && reasons.length === 0,
    verified,
    recovered: unrecovered ? false : status.recoveredTime ? true : null,
    message: [...reasons, message].filter(Boolean).join(" "),
    ...(manifest.file === undefined ? {} : { file: manifest.file, line }),
    startTime: status.startTime ?? null,
    injectedTime: status.injectedTime ?? null,
    recoveredTime: status.recoveredTime ?? null,
    completionTime: status.completionTime ?? null,
    targets: (status.targets ?? []) as ActionResult["targets"],
    ...(status.targetsOmitted ? { targetsOmitted: status.targetsOmitted } : {}),
  };
}

/** The outcome for people, the reason of a failure first. */
export function headline(results: Results): string {
  const { actions, message, outcome } = results;
  const wrong = actions.filter(({ expected }) => !expected);
  const counts = `${actions.length - wrong.length} of ${actions.length} actions ended as expected`;
  if (outcome === "passed") {
    const unverified = actions.filter((each) => each.verdict === "Passed" && !each.verified).length;
    const note = unverified > 0 ? `, ${unverified} of them unverified` : "";
    return actions.length === 0 ? "passed: no actions were asked for" : `passed: ${counts}${note}`;
  }
  const reason = message ?? reasonOf(results);
  return `failed: ${reason}${message === undefined && actions.length > 0 ? ` (${counts})` : ""}`;
}

/** The first of what failed: a breached probe ends faults, and an ended fault its command, so causes come first. */
function reasonOf({ actions, commands = [], probes = [] }: Results): string {
  const probe = probes.find(({ outcome }) => outcome === "breached");
  if (probe)
    return `the probe "${probe.name}" was breached ${probe.phase} the faults: ${probe.message}`;
  const action = actions.find(({ expected }) => !expected);
  if (action)
    return `${action.namespace}/${action.name} ended ${action.verdict}: ${action.message}`;
  const command = commands.find(({ outcome }) => outcome === "failed");
  if (command) return `under ${command.actions.join(", ")}: ${command.message}`;
  return "no reason known";
}
