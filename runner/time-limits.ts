import type { PystolRunSpec } from "../crds/types/pystolruns.ts";

const MOST_RESERVE_MS = 60_000;
/** Even where the run's time is over, a recovery gets this long: well within the 60 s that the pod has more than the runner. */
const LEAST_RECOVERY_MS = 20_000;
/** Of the 30 s that the kubelet gives the pod after SIGTERM; the rest is for ending the play and for the report. */
const RECOVERY_AFTER_TERMINATION_MS = 18_000;

/** The part of a run's time, at its end, that is kept for recovery. */
export function reserveMs({ timeoutSeconds }: Pick<PystolRunSpec, "timeoutSeconds">): number {
  return Math.min(MOST_RESERVE_MS, (timeoutSeconds * 1000) / 4);
}

/** When the hold ends by itself, in ms since the epoch, and why. */
export function endOfHold(options: {
  injectedMs: number;
  durationSeconds: number | undefined;
  deadlineMs: number;
  reserveMs: number;
}): { atMs: number; reason: "duration" | "reserve" } {
  const { injectedMs, durationSeconds, deadlineMs } = options;
  const reserve = { atMs: deadlineMs - options.reserveMs, reason: "reserve" } as const;
  if (durationSeconds === undefined) return reserve;
  const wished = injectedMs + durationSeconds * 1000;
  return wished <= reserve.atMs ? { atMs: wished, reason: "duration" } : reserve;
}

/** Until when a recovery may go on that begins at `startMs`; all in ms since the epoch. */
export function endOfRecovery(options: {
  startMs: number;
  /** Infinite for a recovery Job: its pod's deadline ends it, with SIGTERM. */
  deadlineMs: number;
  terminatedAtMs: number | undefined;
}): number {
  const { startMs, deadlineMs, terminatedAtMs } = options;
  const end = Math.max(deadlineMs, startMs + LEAST_RECOVERY_MS);
  return terminatedAtMs === undefined
    ? end
    : Math.min(end, terminatedAtMs + RECOVERY_AFTER_TERMINATION_MS);
}

/** How long one play of a recovery may take, so that one that hangs leaves time for the others. */
export function playLimitMs(leftMs: number): number {
  return Math.min(60_000, Math.max(5000, leftMs / 2));
}
