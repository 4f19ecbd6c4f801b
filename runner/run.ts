import { createHash } from "node:crypto";
import { problemsOfExtraVars } from "../crds/extra-vars.ts";
import type { Report } from "../crds/types/report.ts";
import type { Client } from "../kubernetes/client.ts";
import type { PystolRun } from "../kubernetes/resources.ts";
import type { EventLog } from "./events.ts";
import type { ReportTarget } from "./evidence.ts";
import type { Interrupts } from "./interrupts.ts";
import { lockTargets, unlockTargets } from "./locks.ts";
import { openRecords } from "./records.ts";
import type { Redaction } from "./redaction.ts";
import { beforeRole, dryRunText, isVerified, withDoubt, withRemains } from "./report-outcome.ts";
import { resolveTargets } from "./resolve-targets.ts";
import type { Patience } from "./retried.ts";
import type { RoleCall, RoleResult } from "./role-call.ts";
import type { RunRecord } from "./run-record.ts";
import { readExtraVars } from "./secrets.ts";
import type { Target } from "./targets.ts";
import type { Interruption, Outcome } from "./verdict.ts";

export interface RunParts {
  client: Client;
  record: RunRecord;
  log: EventLog;
  redaction: Redaction;
  pod: { name: string; uid: string; node: string | undefined };
  nonce: string;
  startTime: Date;
  now: () => Date;
  patience: Patience;
  interrupts: Interrupts;
  drawSeed: () => number;
  /** Called once the run is this pod's, before anything else happens; its signal aborts at the run's deadline. */
  onClaimed: (run: PystolRun) => AbortSignal;
  runRole: (call: RoleCall) => Promise<RoleResult>;
}

/**
 * The whole run but for the storing of its report: claim, variables, targets, locks, role. Returns the report, or nothing where
 * another pod holds the claim. What fails after the claim is a report too, with the verdict Error.
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
  const { run } = claimed;
  log.add({ event: "claimed", run: run.metadata.name });
  const timeout = parts.onClaimed(run);
  const seed = run.spec.seed ?? parts.drawSeed();
  const result = await performClaimed(parts, { run, seed, timeout }).catch((error: Error) =>
    withoutRole({ verdict: "Error", message: error.message }),
  );
  const { evidence, results, injectedTime, recoveredTime } = result;
  const { records = [] } = record.status;
  const judged = withRemains(result.outcome, records);
  const verified = isVerified(run, judged, evidence, records);
  const outcome = withDoubt(run, judged, verified);
  log.add({ event: "verdict", ...outcome, verified });
  const targets = (evidence?.targets ?? result.targets ?? []).map(withoutNode);
  return parts.redaction.report({
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
    events: log.end(),
  });
}

/** A report has no room for what is in the run's targets anyway. */
function withoutNode(target: ReportTarget | Target): ReportTarget {
  const { node: _, ...rest } = { node: undefined, ...target };
  return rest;
}

type ClaimedResult = Pick<RoleResult, "outcome"> & Partial<RoleResult> & { targets?: Target[] };

const withoutRole = (outcome: Outcome, targets: Target[] = []): ClaimedResult => ({
  outcome,
  targets,
});

async function performClaimed(
  parts: RunParts,
  { run, seed, timeout }: { run: PystolRun; seed: number; timeout: AbortSignal },
): Promise<ClaimedResult> {
  const { interrupts } = parts;
  const { role, timeoutSeconds, dryRun } = run.spec;
  if (run.spec.stop) interrupts.requestStop();
  const signal = AbortSignal.any([interrupts.stop, interrupts.terminated, timeout]);
  const ended = (targets: Target[] = []) =>
    withoutRole(beforeRole(signal.reason as Interruption, timeoutSeconds), targets);
  if (signal.aborted) return ended();
  const secret = await readExtraVars(parts.client, run, parts.patience);
  parts.redaction.use(secret.secretValues);
  const variables = { ...run.spec.extraVars, ...secret.variables };
  const problems = problemsOfExtraVars(role.arguments, variables, {
    hidden: new Set(Object.keys(secret.variables)),
  });
  if (problems.length > 0) return withoutRole({ verdict: "Error", message: problems.join(" ") });
  const choice = await resolveTargets(parts, run, seed);
  if (choice.kind === "none") return withoutRole({ verdict: "NoTargets", message: choice.message });
  if (choice.kind === "refused") return withoutRole({ verdict: "Error", message: choice.message });
  const { targets } = choice;
  parts.log.add({ event: "targetsResolved", seed, count: targets.length });
  // Once there they never change: a role that may reach nodes adds none, even where it has none.
  if (targets.length > 0 || role.nodeAccess) await parts.record.store({ targets }, parts.patience);
  if (dryRun && !role.checkMode)
    return withoutRole({ verdict: "Passed", message: dryRunText(run, targets) }, targets);
  if (signal.aborted) return ended(targets);
  const deadline = new Date(parts.startTime.getTime() + timeoutSeconds * 1000);
  const call = { run, targets, seed, variables, deadline, signal };
  if (!dryRun) return performLocked(parts, call);
  const result = await parts.runRole(call);
  const { verdict, message } = result.outcome;
  if (verdict !== "Passed") return { ...result, targets };
  const outcome = { verdict, message: dryRunText(run, targets, message) };
  return { ...result, outcome, targets };
}

/** Holds the targets' locks while the role runs, and longer where something of it is left for a recovery Job. */
async function performLocked(parts: RunParts, call: RoleCall): Promise<ClaimedResult> {
  const { client, record, log, patience } = parts;
  const { run, targets } = call;
  const locked = await lockTargets(client, run, targets, patience);
  if (locked.kind === "busy") {
    const { kind, name } = locked.target;
    const message = `The ${kind} ${name} is held by the run ${locked.holder}, with a fault of the same family. Nothing was injected.`;
    return withoutRole({ verdict: "TargetBusy", message }, targets);
  }
  try {
    if (call.signal.aborted) {
      const why = call.signal.reason as Interruption;
      return withoutRole(beforeRole(why, run.spec.timeoutSeconds), targets);
    }
    return await parts.runRole(call);
  } finally {
    if (openRecords(record.status.records).length === 0) {
      // Whatever is left, the operator releases when the run is over.
      await unlockTargets(client, run, targets, patience).catch((error: Error) =>
        log.add({ event: "locksLeft", message: error.message }),
      );
    }
  }
}
