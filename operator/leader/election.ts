import { LEASE_SECONDS, type Lease } from "./lease.ts";

/** A Lease, and when this process first saw what it says now, by its own monotonic clock. */
export interface Sighting {
  lease: Lease | undefined;
  sinceMs: number;
}

export interface Candidate {
  identity: string;
  /** What the identities of earlier processes of this very pod begin with: when this one runs, they have ended. */
  predecessors?: string | undefined;
}

/** What a candidate who does not lead should do. */
export type Decision =
  | { kind: "create" }
  | { kind: "take"; lease: Lease }
  | { kind: "wait"; holder: string; untilMs: number };

/** What was seen before, and now. Any new version counts as a renewal: even the leader's own time may stand still. */
export function sighted(
  before: Sighting | undefined,
  lease: Lease | undefined,
  nowMs: number,
): Sighting {
  const versionOf = (of: Lease | undefined) => of?.metadata.resourceVersion;
  const isSame = before && versionOf(before.lease) === versionOf(lease);
  return { lease, sinceMs: isSame ? before.sinceMs : nowMs };
}

/**
 * A Lease is free when nobody holds it, or when it has not changed for its duration. That is counted from when the change was
 * seen here; the times that it holds are from another machine's clock and are not compared with this one's.
 */
export function decide(
  { lease, sinceMs }: Sighting,
  { identity, predecessors }: Candidate,
  nowMs: number,
): Decision {
  if (!lease) return { kind: "create" };
  const { holderIdentity: holder, leaseDurationSeconds = LEASE_SECONDS } = lease.spec ?? {};
  if (!holder || holder === identity) return { kind: "take", lease };
  if (predecessors && holder.startsWith(predecessors)) return { kind: "take", lease };
  const untilMs = sinceMs + leaseDurationSeconds * 1000;
  return nowMs >= untilMs ? { kind: "take", lease } : { kind: "wait", holder, untilMs };
}

/**
 * The name under which a process stands for election: its pod's and one that no other process has. Where the pod is known by
 * its UID, a container that was started again need not wait for the Lease of the one before it.
 */
export function candidateOf(
  pod: { name: string; uid?: string | undefined },
  uuid: string,
): Candidate {
  if (!pod.uid) return { identity: `${pod.name}_${uuid}` };
  const predecessors = `${pod.name}_${pod.uid}_`;
  return { identity: `${predecessors}${uuid}`, predecessors };
}
