import type { Client } from "../../../kubernetes/client.ts";
import type { GiveEvidence } from "../ansible/evidence-client.ts";
import { controllerOf } from "../pods/pod.ts";
import { PodWatch } from "../pods/pod-watch.ts";
import { type Deletion, deletePod, readPod } from "./delete-pod.ts";
import { replacementOf } from "./replacement.ts";
import type { KillRequest, TargetPod } from "./request.ts";

/** What was seen of one target. */
export interface PodResult {
  name: string;
  uid: string;
  /** killed: gone, by our deletion. vanished: somebody else's. present: deleted by us, but not gone in time. */
  outcome: "killed" | "vanished" | "present";
  evidence: {
    killedUID?: string;
    gracePeriodSeconds?: number;
    goneAfterMs?: number;
    replacedBy?: { name: string; uid: string } | null;
    replacementReadyAfterMs?: number;
  };
}

interface Parts {
  client: Client;
  giveEvidence: GiveEvidence;
  now: () => number;
}

type Deleted = Extract<Deletion, { kind: "deleted" }>;

const SLACK_MS = 60_000; // for a kubelet to say that a pod has ended, where no run sets a deadline
const REPORTING_MS = 3000; // left of the run's time to say what was seen

/**
 * Kills the targets all at once, waits until each is gone and, if wanted, replaced, and gives evidence of each step when it
 * is seen. Results are in the order of the targets.
 *
 * @throws ApiError or ConnectionError of a request that failed for good.
 */
export async function killPods(parts: Parts, request: KillRequest): Promise<PodResult[]> {
  await using watch = await PodWatch.start(parts.client, { namespace: request.namespace });
  const before = new Set(watch.all().map(({ metadata }) => metadata.uid ?? ""));
  const assigned = new Set<string>();
  const one = async (target: TargetPod, deletion: Deletion): Promise<PodResult> => {
    const tell = teller(parts.giveEvidence, target);
    if (deletion.kind === "vanished") return tell("observed", "vanished", {});
    const { gracePeriodSeconds } = deletion;
    if (!(await isGone(parts, watch, { target, deletion, request })))
      return tell("observed", "present", { gracePeriodSeconds });
    const gone = {
      killedUID: target.uid,
      gracePeriodSeconds,
      goneAfterMs: parts.now() - deletion.at,
    };
    const killed = await tell("injected", "killed", gone);
    const controller = controllerOf(deletion.pod)?.uid;
    if (controller === undefined) return tell("observed", "killed", { ...gone, replacedBy: null });
    if (!request.waitForReplacement) return killed;
    const known = { controller, before, assigned, killed: deletion.pod };
    const replacement = await replacementOf(watch, known, replacementDeadline(request, deletion));
    if (!replacement) return killed;
    const { name, uid = "" } = replacement.metadata;
    const replacementReadyAfterMs = parts.now() - deletion.at;
    const replacedBy = { name, uid };
    return tell("recovered", "killed", { ...gone, replacedBy, replacementReadyAfterMs });
  };
  // All are awaited, whatever becomes of one: a pod that was killed has its evidence also where another could not be.
  const endings = await Promise.allSettled(
    request.targets.map(async (target) =>
      one(target, await deletePod(parts.client, target, { ...request, now: parts.now })),
    ),
  );
  return endings.map((ending) => {
    if (ending.status === "rejected") throw ending.reason;
    return ending.value;
  });
}

function teller(giveEvidence: GiveEvidence, { namespace, name, uid }: TargetPod) {
  const target = { apiVersion: "v1", kind: "Pod", namespace, name, uid };
  return async (
    phase: "injected" | "recovered" | "observed",
    outcome: PodResult["outcome"],
    evidence: PodResult["evidence"],
  ): Promise<PodResult> => {
    await giveEvidence({ phase, target, outcome, evidence });
    return { name, uid, outcome, evidence };
  };
}

/** Gone from the watch, and from a read that no cache answers. */
async function isGone(
  { client }: Parts,
  watch: PodWatch,
  { target, deletion, request }: { target: TargetPod; deletion: Deleted; request: KillRequest },
): Promise<boolean> {
  const deadline = request.deadline
    ? request.deadline - REPORTING_MS
    : deletion.at + deletion.gracePeriodSeconds * 1000 + SLACK_MS;
  const isUnseen = () => !watch.all().some(({ metadata }) => metadata.uid === target.uid);
  if (!(await watch.until(isUnseen, deadline))) return false;
  return (await readPod(client, target)) === undefined;
}

function replacementDeadline(request: KillRequest, { at }: Deleted): number {
  const own = at + request.replacementTimeoutMs;
  return request.deadline ? Math.min(own, request.deadline - REPORTING_MS) : own;
}
