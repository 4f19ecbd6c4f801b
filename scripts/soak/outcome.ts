import type { ChurnCounts } from "./churn.ts";
import { isFlat, type Slope, slopeOf } from "./slope.ts";
import type { Vitals } from "./vitals.ts";

/** What a soak came to. */
export interface SoakOutcome {
  commit: string;
  date: string;
  minutes: number;
  churn: ChurnCounts;
  gusts: Record<string, number>;
  /** What the operator's lists found that its watches had not told, by resource. */
  missed: Record<string, number>;
  /** How often it listed again, by resource. */
  relists: Record<string, number>;
  /** What was there at the end that was not at the beginning. */
  left: string[];
  slopes: Record<keyof typeof SERIES, Slope & { isFlat: boolean }>;
  isGood: boolean;
}

/** The series that must be flat, and how much of their mean they may grow in an hour if growth is told from chance. */
export const SERIES = {
  residentBytes: { name: "resident memory (MiB)", unit: 2 ** 20, tolerance: 0.1 },
  heapBytes: { name: "heap after a collection (MiB)", unit: 2 ** 20, tolerance: 0.1 },
  fileDescriptors: { name: "file descriptors", unit: 1, tolerance: 0.1 },
  timers: { name: "timers", unit: 1, tolerance: 0.1 },
  sockets: { name: "sockets", unit: 1, tolerance: 0.1 },
  listeners: { name: "listeners", unit: 1, tolerance: 0 },
} as const;

/** The first part of a soak fills caches, pools and compiled code; it tells nothing of growth. */
const WARM_UP = 0.25;

/** Judges a soak. */
export function outcomeOf(
  facts: Omit<SoakOutcome, "slopes" | "isGood">,
  samples: readonly Vitals[],
): SoakOutcome {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const slopes = Object.fromEntries(
    Object.entries(SERIES).map(([series, { tolerance }]) => {
      const slope = slopeOf(
        warm.map((one) => ({
          atSeconds: one.atSeconds,
          value: one[series as keyof typeof SERIES],
        })),
      );
      return [series, { ...slope, isFlat: isFlat(slope, tolerance) }];
    }),
  ) as SoakOutcome["slopes"];
  const hasMissed = Object.values(facts.missed).some((count) => count > 0);
  const isGood =
    Object.values(slopes).every((slope) => slope.isFlat) &&
    !hasMissed &&
    facts.left.length === 0 &&
    facts.churn.problems.length === 0;
  return { ...facts, slopes, isGood };
}

/** The table of docs/reliability.md. */
export function soakText(outcome: SoakOutcome, { count }: { count: number }): string {
  const { churn, gusts, missed, left, slopes } = outcome;
  const rows = Object.entries(SERIES).map(([series, { name, unit }]) => {
    const {
      mean,
      perMinute,
      marginPerMinute,
      isFlat: flat,
    } = slopes[series as keyof typeof SERIES];
    const number = (value: number) => (value / unit).toFixed(2);
    return `| ${name} | ${number(mean)} | ${number(perMinute * 60)} ± ${number(marginPerMinute * 60)} | ${flat ? "yes" : "NO"} |`;
  });
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, times]) => `${times} ${name}`)
      .join(", ") || "none";
  const total = (counts: Record<string, number>) =>
    Object.values(counts).reduce((sum, times) => sum + times, 0);
  return [
    `${outcome.minutes} minutes on ${outcome.date}, commit \`${outcome.commit}\`: ${churn.actions} actions (${list(churn.verdicts)}), faults: ${list(gusts)}; ${count} samples.`,
    "",
    "| of the operator | mean | change in an hour, with its 95 % interval | flat |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    `Lists after the first: ${total(outcome.relists)}; changes that they found and the watch had missed: ${total(missed)}. Left at the end: ${left.length === 0 ? "nothing" : left.join(", ")}. Unexpected: ${churn.problems.length === 0 ? "nothing" : churn.problems.slice(0, 5).join("; ")}.`,
  ].join("\n");
}
