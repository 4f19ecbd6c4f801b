import type { PystolActionSpec } from "../crds/types/pystolactions.ts";
import type { PystolRunStatus } from "../crds/types/pystolruns.ts";
import type { Resource } from "../kubernetes/resources.ts";
import { sample, seededRandom } from "./random.ts";

export type TargetSpec = NonNullable<PystolActionSpec["target"]>;
export type Target = NonNullable<PystolRunStatus["targets"]>[number];

/** What was found; a Pod has a phase. */
export interface Candidate extends Resource {
  status?: { phase?: string };
}

export type Choice =
  | { kind: "targets"; targets: Target[]; matched: number }
  | { kind: "none"; message: string }
  | { kind: "refused"; message: string };

const LIMIT = 1000; // crds/pystolruns.yaml: status.targets.maxItems

/**
 * Chooses targets among what the selector or the names found. What is being deleted, a pod that has ended, and the runner's
 * own pod are no targets and do not count as a match. The same candidates and the same seed give the same choice, in whatever
 * order they come. Fewer matches than the amount asked for, an absent name, and more than maxUnavailablePercent are refused,
 * because a smaller or a larger fault than the one described must not pass for it.
 */
export function chooseTargets(options: {
  candidates: readonly Candidate[];
  target: TargetSpec;
  seed: number;
  ownUID: string;
}): Choice {
  const { candidates, target, seed, ownUID } = options;
  const eligible = candidates
    .filter((candidate) => reasonToSkip(candidate, ownUID) === undefined)
    .sort((one, other) => compare(one.metadata.name, other.metadata.name));
  const skipped = skippedText(candidates, ownUID);
  if (eligible.length === 0) {
    return { kind: "none", message: `No target: ${criterion(target)} matches nothing${skipped}.` };
  }
  const matched = eligible.length;
  const absent = (target.names ?? []).filter(
    (name) => !eligible.some((candidate) => candidate.metadata.name === name),
  );
  if (absent.length > 0) {
    return refused(`${list(absent)} of spec.target.names cannot be acted on: not there${skipped}.`);
  }
  const wanted = wantedAmount(target.amount, matched);
  if (wanted > matched) {
    return refused(
      `spec.target.amount is ${target.amount}, but ${criterion(target)} matches only ${matched}${skipped}.`,
    );
  }
  const most = target.maxUnavailablePercent;
  // In whole numbers: 7 of 25 are 28 %, which a division would make a little more.
  if (most !== undefined && wanted * 100 > matched * most) {
    const percent = Math.ceil((wanted / matched) * 1000) / 10;
    return refused(
      `The blast radius is too large: ${wanted} of ${matched} matching targets are ${percent} %, spec.target.maxUnavailablePercent allows ${most} %.`,
    );
  }
  if (wanted > LIMIT) {
    return refused(`${wanted} targets are more than the ${LIMIT} that one action may have.`);
  }
  const chosen = wanted === matched ? eligible : sample(eligible, wanted, seededRandom(seed));
  return { kind: "targets", targets: chosen.map(targetOf), matched };
}

/** How many to take of `matched`: a percentage is rounded down, but is at least 1; without an amount all. */
export function wantedAmount(amount: number | string | undefined, matched: number): number {
  if (amount === undefined) return matched;
  if (typeof amount === "number") return amount;
  return Math.max(1, Math.floor((matched * Number.parseInt(amount, 10)) / 100));
}

const refused = (message: string): Choice => ({ kind: "refused", message });

function reasonToSkip(candidate: Candidate, ownUID: string): string | undefined {
  if (candidate.metadata.uid === ownUID) return "the runner itself";
  if (candidate.metadata.deletionTimestamp) return "being deleted";
  const phase = candidate.kind === "Pod" ? candidate.status?.phase : undefined;
  return phase === "Succeeded" || phase === "Failed" ? "finished" : undefined;
}

function skippedText(candidates: readonly Candidate[], ownUID: string): string {
  const counts = new Map<string, number>();
  for (const candidate of candidates) {
    const reason = reasonToSkip(candidate, ownUID);
    if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`);
  return parts.length > 0 ? ` (left out: ${parts.join(", ")})` : "";
}

function criterion(target: TargetSpec): string {
  return target.names
    ? `spec.target.names (${list(target.names)})`
    : `spec.target.selector (${JSON.stringify(target.selector)})`;
}

/** At most five names, and how many more there are. */
function list(names: readonly string[]): string {
  const more = names.length - 5;
  return names.slice(0, 5).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function targetOf({ apiVersion, kind, metadata }: Candidate): Target {
  const { namespace, name, uid = "" } = metadata;
  return { apiVersion, kind, ...(namespace ? { namespace } : {}), name, uid };
}

/** By code units, which no locale changes. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
