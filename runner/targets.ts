import type { PystolActionSpec } from "../crds/types/pystolactions.ts";
import type { PystolRunStatus } from "../crds/types/pystolruns.ts";
import { ENABLED_LABEL, type Resource } from "../kubernetes/resources.ts";
import { sample, seededRandom } from "./random.ts";

export type TargetSpec = NonNullable<PystolActionSpec["target"]>;
export type Target = NonNullable<PystolRunStatus["targets"]>[number];

/** What was found; a Pod has a phase and a node. */
export interface Candidate extends Resource {
  spec?: { nodeName?: string };
  status?: { phase?: string };
}

export type Choice =
  | { kind: "targets"; targets: Target[]; matched: number }
  | { kind: "none"; message: string }
  | { kind: "refused"; message: string };

const LIMIT = 1000; // crds/pystolruns.yaml: status.targets.maxItems

/** Where the runner itself is. */
interface Own {
  ownUID: string;
  /** The node of its pod, where that is known. */
  ownNode: string | undefined;
}

/**
 * Chooses targets among what the selector or the names found. What is being deleted, a pod that has ended, the runner's own pod
 * and node, and nodes of the control plane or that did not opt in are no targets and do not count as a match. The same candidates and the same seed give the same choice, in whatever
 * order they come. Fewer matches than the amount asked for, an absent name, and more than maxUnavailablePercent are refused,
 * because a smaller or a larger fault than the one described must not pass for it.
 */
export function chooseTargets(options: {
  candidates: readonly Candidate[];
  target: TargetSpec;
  seed: number;
  ownUID: string;
  ownNode: string | undefined;
}): Choice {
  const { candidates, target, seed } = options;
  const eligible = candidates
    .filter((candidate) => reasonToSkip(candidate, options) === undefined)
    .sort((one, other) => compare(one.metadata.name, other.metadata.name));
  const skipped = skippedText(candidates, options);
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

const CONTROL_PLANE_LABELS = [
  "node-role.kubernetes.io/control-plane",
  "node-role.kubernetes.io/master",
];

function reasonToSkip(candidate: Candidate, own: Own): string | undefined {
  const { kind, metadata } = candidate;
  if (metadata.uid === own.ownUID) return "the runner itself";
  if (metadata.deletionTimestamp) return "being deleted";
  if (candidate.apiVersion !== "v1") return undefined;
  if (kind === "Node") return reasonToSkipNode(metadata, own);
  const phase = kind === "Pod" ? candidate.status?.phase : undefined;
  return phase === "Succeeded" || phase === "Failed" ? "finished" : undefined;
}

function reasonToSkipNode({ name, labels = {} }: Candidate["metadata"], { ownNode }: Own) {
  if (CONTROL_PLANE_LABELS.some((label) => label in labels)) return "of the control plane";
  if (name === ownNode) return "the runner's own node";
  return labels[ENABLED_LABEL] === "true" ? undefined : `without the label ${ENABLED_LABEL}=true`;
}

function skippedText(candidates: readonly Candidate[], own: Own): string {
  const counts = new Map<string, number>();
  for (const candidate of candidates) {
    const reason = reasonToSkip(candidate, own);
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

function targetOf({ apiVersion, kind, metadata, spec }: Candidate): Target {
  const { namespace, name, uid = "" } = metadata;
  const node = kind === "Pod" ? spec?.nodeName : undefined;
  return {
    ...{ apiVersion, kind, name, uid },
    ...(namespace ? { namespace } : {}),
    ...(node ? { node } : {}),
  };
}

/** By code units, which no locale changes. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
