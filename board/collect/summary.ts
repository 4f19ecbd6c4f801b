import type { Problem } from "../state/board-state.ts";

/** One reason why badges gave no reading. */
export interface Cause {
  readonly host: string;
  readonly reason: string;
  /** Addresses without what may be secret in them. */
  readonly badges: readonly string[];
}

/** Badges without a reading, by host and reason; the largest first. */
export function causesOf(
  unread: ReadonlyArray<{ readonly badge: string; readonly problem: Problem }>,
): Cause[] {
  const causes = new Map<string, { host: string; reason: string; badges: string[] }>();
  for (const { badge, problem } of unread) {
    const { host } = new URL(badge);
    const key = `${host} ${problem.reason}`;
    const cause = causes.get(key) ?? { host, reason: problem.reason, badges: [] };
    cause.badges.push(shownAddress(badge));
    causes.set(key, cause);
  }
  return [...causes.values()].toSorted((one, other) => other.badges.length - one.badges.length);
}

/** The line for a person. */
export function lineOf({ host, reason, badges }: Cause): string {
  const what = badges.length === 1 ? badges[0] : `${badges.length} badges of ${host}`;
  return `no reading of ${what}: ${reason}`;
}

/** An address without user, password, query and fragment, each of which may hold a token. */
export function shownAddress(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}
