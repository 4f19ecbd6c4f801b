import { createHash } from "node:crypto";
import { problemsOfExtraVars } from "../crds/extra-vars.ts";
import type { Report } from "../crds/types/report.ts";
import type { Client } from "../kubernetes/client.ts";
import type { PystolRun } from "../kubernetes/resources.ts";
import type { EventLog } from "./events.ts";
import type { Evidence } from "./evidence.ts";
import { findCandidates } from "./find-targets.ts";
import type { Patience } from "./retried.ts";
import type { RunRecord } from "./run-record.ts";
import { chooseTargets, type Target, type TargetSpec } from "./targets.ts";
import type { Interruption, Outcome } from "./verdict.ts";

/** What a role is run with. */
export interface RoleCall {
  run: PystolRun;
  targets: Target[];
  seed: number;
  /** When the run's time is over. */
  deadline: Date;
  signal: AbortSignal;
}

/** What became of the role. */
export interface RoleResult {
  outcome: Outcome;
  evidence: Evidence;
  results: Record<string, unknown>;
  injectedTime: string | undefined;
  recoveredTime: string | undefined;
}

export interface RunParts {
  client: Client;
  record: RunRecord;
  log: EventLog;
  pod: { name: string; uid: string };
  nonce: string;
  startTime: Date;
  now: () => Date;
  patience: Patience;
  /** Aborts with an Interruption. */
  interruption: AbortController;
  drawSeed: () => number;
  /** Called once the run is this pod's, before anything else happens. */
  onClaimed: (run: PystolRun) => void;
  runRole: (call: RoleCall) => Promise<RoleResult>;
}

/**
 * The whole run but for the storing of its report: claim, targets, role. Returns the report, or nothing where another pod
 * holds the claim. What fails after the claim is a report too, with the verdict Error.
 *
 * @throws only if the run cannot be read or claimed, because then there is nothing that a report could belong to.
 */
export async function performRun(parts: RunParts): Promise<Report | undefined> {
  const { record, log, pod, nonce } = parts;
  const nonceSHA256 = createHash("sha256").update(nonce).digest("hex");
  const startTime = parts.startTime.toISOString();
  const claim = { podName: pod.name, podUID: pod.uid, time: startTime, nonceSHA256 };
  const claimed = await record.claim(claim, parts.patience);
  if (claimed.kind === "taken") {
    log.add({ event: "claimTaken", by: claimed.by });
    return undefined;
  }
  log.add({ event: "claimed", run: claimed.run.metadata.name });
  parts.onClaimed(claimed.run);
  const seed = claimed.run.spec.seed ?? parts.drawSeed();
  const result = await performClaimed(parts, claimed.run, seed).catch((error: Error) =>
    withoutRole({ verdict: "Error", message: error.message }),
  );
  const { evidence, results, injectedTime, recoveredTime } = result;
  const verified = isVerified(claimed.run, result.outcome, evidence);
  const doubt = isDoubtful(claimed.run, result.outcome, verified) ? ` ${UNVERIFIED}` : "";
  const outcome = { ...result.outcome, message: oneLine(result.outcome.message) + doubt };
  log.add({ event: "verdict", ...outcome, verified });
  const targets = evidence?.targets ?? result.targets ?? [];
  return {
    schemaVersion: 1,
    nonce,
    ...outcome,
    verified,
    startTime,
    ...(injectedTime ? { injectedTime } : {}),
    ...(recoveredTime ? { recoveredTime } : {}),
    completionTime: parts.now().toISOString(),
    seed,
    ...(targets.length > 0 ? { targets } : {}),
    ...(results && Object.keys(results).length > 0 ? { results } : {}),
    events: log.digest,
  };
}

/** A message stands in a table and in an annotation. */
function oneLine(message: string): string {
  return message.replace(/\s+/g, " ").trim();
}

type ClaimedResult = Pick<RoleResult, "outcome"> & Partial<RoleResult> & { targets?: Target[] };

const withoutRole = (outcome: Outcome, targets: Target[] = []): ClaimedResult => ({
  outcome,
  targets,
});

async function performClaimed(
  parts: RunParts,
  run: PystolRun,
  seed: number,
): Promise<ClaimedResult> {
  const { role, timeoutSeconds, dryRun } = run.spec;
  const problems = problemsOfExtraVars(role.arguments, run.spec.extraVars);
  if (problems.length > 0) return withoutRole({ verdict: "Error", message: problems.join(" ") });
  const choice = await resolveTargets(parts, run, seed);
  if (choice.kind === "none") return withoutRole({ verdict: "NoTargets", message: choice.message });
  if (choice.kind === "refused") return withoutRole({ verdict: "Error", message: choice.message });
  const { targets } = choice;
  parts.log.add({ event: "targetsResolved", seed, count: targets.length });
  if (targets.length > 0) await parts.record.store({ targets }, parts.patience);
  if (dryRun) return withoutRole({ verdict: "Passed", message: dryRunText(run, targets) }, targets);
  const { signal } = parts.interruption;
  if (run.spec.stop) parts.interruption.abort({ kind: "stop" } satisfies Interruption);
  if (signal.aborted)
    return withoutRole(beforeRole(signal.reason as Interruption, timeoutSeconds), targets);
  const deadline = new Date(parts.startTime.getTime() + timeoutSeconds * 1000);
  return parts.runRole({ run, targets, seed, deadline, signal });
}

async function resolveTargets(parts: RunParts, run: PystolRun, seed: number) {
  const { actsOn, scope } = run.spec.role;
  const target = run.spec.target as TargetSpec | undefined;
  if (!actsOn || !target) {
    if (actsOn) {
      const message = `The role ${run.spec.role.name} acts on a ${actsOn.kind}, and the action has no spec.target.`;
      return { kind: "refused", message } as const;
    }
    return { kind: "targets", targets: [] as Target[] } as const;
  }
  if (scope === "Cluster") {
    const message = `The role ${run.spec.role.name} acts on the cluster, which this version does not support.`;
    return { kind: "refused", message } as const;
  }
  const candidates = await findCandidates(parts.client, {
    actsOn,
    namespace: run.spec.action.namespace,
    target,
    patience: parts.patience,
  });
  return chooseTargets({ candidates, target, seed, ownUID: parts.pod.uid });
}

function dryRunText({ spec }: PystolRun, targets: readonly Target[]): string {
  const names = targets.slice(0, 10).map(({ name }) => name);
  const more = targets.length > names.length ? ` and ${targets.length - names.length} more` : "";
  const whom = spec.role.actsOn
    ? `would act on ${targets.length} targets: ${names.join(", ")}${more}`
    : `would run the role ${spec.role.name}`;
  return `Dry run: ${whom}. Nothing was touched.`;
}

function beforeRole(interruption: Interruption, timeoutSeconds: number): Outcome {
  switch (interruption.kind) {
    case "timeout":
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

const UNVERIFIED = "Unverified: the role gave no evidence of its effect.";

/** Whether a pass rests on the role's word alone. */
function isDoubtful(run: PystolRun, { verdict }: Outcome, verified: boolean): boolean {
  return verdict === "Passed" && !verified && !run.spec.dryRun;
}

/** Whether the role promises evidence and gave it for all that it acted on. */
function isVerified(run: PystolRun, { verdict }: Outcome, evidence: Evidence | undefined): boolean {
  if (verdict !== "Passed" || !run.spec.role.verified || !evidence) return false;
  return run.spec.role.actsOn ? evidence.hasAll("injected") : evidence.isAny;
}
