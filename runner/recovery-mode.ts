import type { Client } from "../kubernetes/client.ts";
import type { PystolRun } from "../kubernetes/resources.ts";
import { findRole } from "./collections.ts";
import { listenToRole } from "./listen.ts";
import { unlockTargets } from "./locks.ts";
import { openRecords } from "./records.ts";
import { recoverRun } from "./recover-run.ts";
import { type RoleParts, variablesOf } from "./role-call.ts";
import { readExtraVars } from "./secrets.ts";
import { outcomeOf } from "./verdict.ts";

/** How a recovery ended: another pod has it, everything is closed, or something is still open. */
export type RecoveryEnd = "taken" | "closed" | "open";

/** What recover.yml is told; operator/job.ts gives the pod this long. */
const ATTEMPT_MS = 120_000;
/** A recovery's own deadline is that of its pod, at which SIGTERM comes. */
const NO_DEADLINE = Number.POSITIVE_INFINITY;

/**
 * What the pod of a recovery Job does: takes the recovery over, undoes what the records of the run say and nothing else, and
 * releases the run's locks. It tries until nothing is open, or SIGTERM comes.
 *
 * @throws if the recovery cannot be claimed.
 */
export async function performRecovery(
  parts: RoleParts & { client: Client },
  pod: { name: string; uid: string },
  attempt: number,
): Promise<RecoveryEnd> {
  const { client, record, log, patience, now } = parts;
  const claim = { attempt, podName: pod.name, podUID: pod.uid, time: now().toISOString() };
  const claimed = await record.claimRecovery(claim, patience);
  if (claimed.kind === "taken") {
    log.add({ event: "recoveryTaken", by: claimed.by });
    return "taken";
  }
  const { run } = claimed;
  const { spec, status = {} } = run;
  log.add({ event: "recoveryClaimed", run: run.metadata.name, attempt });
  const targets = status.targets ?? [];
  const isOpen = () => openRecords(record.status.records).length > 0;
  if (isOpen()) {
    const found = await findRole(spec.role, parts.environment);
    const listening = await listenToRole(parts, {
      ...{ targets, counts: false },
      whyNoUndo: () => "this is a recovery, in which nothing new may be changed",
    });
    const variables = {
      ...variablesOf({
        ...{ run, targets, seed: spec.seed ?? 0 },
        variables: await authorsVariables(parts, run),
        deadline: new Date(now().getTime() + ATTEMPT_MS),
      }),
      pystol_hold_seconds: ATTEMPT_MS / 1000,
    };
    await recoverRun(parts, {
      ...{ run, variables, deadlineMs: NO_DEADLINE, verifies: false },
      judge: (result) =>
        outcomeOf({
          role: `${spec.role.collection}.${spec.role.role}`,
          image: spec.role.image,
          found: found.kind,
          ...result,
        }),
    }).finally(() => listening.close());
  }
  if (isOpen()) return "open";
  if (!record.status.recoveredTime)
    await record.store({ recoveredTime: now().toISOString() }, patience);
  await unlockTargets(client, run, targets, patience).catch((error: Error) =>
    log.add({ event: "locksLeft", message: error.message }),
  );
  return "closed";
}

/** A role undoes from its records alone, so a Secret that cannot be read any more does not stop it. */
async function authorsVariables(
  { client, redaction, log, patience }: RoleParts & { client: Client },
  run: PystolRun,
): Promise<Record<string, unknown>> {
  try {
    const { variables, secretValues } = await readExtraVars(client, run, patience);
    redaction.use(secretValues);
    return { ...run.spec.extraVars, ...variables };
  } catch (error) {
    log.add({ event: "secretsUnread", message: (error as Error).message });
    return { ...run.spec.extraVars };
  }
}
