import type { State } from "../reading/state.ts";

/**
 * How a tile looks: the states of badges, "unread" for a badge that gave no reading this time, and two looks
 * of runs: "unverified" (passed without evidence) and "expected" (another verdict, which the author expects).
 */
export type Look = State | "unread" | "unverified" | "expected";

/** From worst to best; figures that are only information come last. */
export const LOOKS: readonly Look[] = [
  "failing",
  "warning",
  "unread",
  "unknown",
  "cancelled",
  "running",
  "unverified",
  "skipped",
  "expected",
  "passing",
  "info",
];

const WORDS: Readonly<Partial<Record<Look, string>>> = {
  unread: "no reading",
  expected: "as expected",
};

/** The word that stands beside a look's shape and colour. */
export function wordOf(look: Look): string {
  return WORDS[look] ?? look;
}

/** Sorts worst first; what is equally bad keeps its order. */
export function byLook(one: { readonly look: Look }, other: { readonly look: Look }): number {
  return LOOKS.indexOf(one.look) - LOOKS.indexOf(other.look);
}

const CALM: ReadonlySet<string> = new Set<Look>(["passing", "expected", "info"]);

/** Nothing to look at: passing, expected, or information. Alone these may stand beside a passing without taking its green. */
export function isCalm(look: string): boolean {
  return CALM.has(look);
}

/** How often a look occurs. */
export interface LookCount {
  readonly look: Look;
  readonly count: number;
}

/** Counts looks, worst first; those that do not occur are left out. */
export function countLooks(looks: readonly Look[]): LookCount[] {
  return countsOf(looks, LOOKS).map(([look, count]) => ({ look, count }));
}

/** How often each of an order occurs in `items`, in that order; what does not occur is left out. */
export function countsOf<T>(items: readonly T[], order: readonly T[]): Array<[T, number]> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return order.flatMap((item): Array<[T, number]> => {
    const count = counts.get(item);
    return count === undefined ? [] : [[item, count]];
  });
}

/** The worst of some looks; "unknown" where there is none, because nothing is no success. */
export function worstLook(looks: readonly Look[]): Look {
  return LOOKS.find((look) => looks.includes(look)) ?? "unknown";
}
