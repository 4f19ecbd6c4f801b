import type { State } from "../reading/state.ts";

/**
 * How a tile looks: the states of badges, "unread" for a badge that gave no reading this time, and two looks
 * of runs: "unverified" (passed without evidence) and "expected" (another verdict, which the author expects).
 */
export type Look = State | "unread" | "unverified" | "expected";

/** From worst to best; figures that are only information come last. */
const ORDER: readonly Look[] = [
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
  return ORDER.indexOf(one.look) - ORDER.indexOf(other.look);
}

/** How often each look occurs, worst first. */
export interface LookCount {
  readonly look: Look;
  readonly word: string;
  readonly count: number;
}

/** Counts looks; those that do not occur are left out. */
export function countLooks(looks: readonly Look[]): LookCount[] {
  return ORDER.map((look) => {
    return { look, word: wordOf(look), count: looks.filter((other) => other === look).length };
  }).filter(({ count }) => count > 0);
}

/** The worst of some looks; "unknown" where there is none, because nothing is no success. */
export function worstLook(looks: readonly Look[]): Look {
  return ORDER.find((look) => looks.includes(look)) ?? "unknown";
}
