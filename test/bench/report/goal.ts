import { type Estimate, estimateRatio } from "../statistics.ts";

/** A row of the table of goals. */
export interface Goal {
  figure: string;
  goal: string;
  measured: string;
  /** Whether it is met; where it is not, by how much. */
  isMet: boolean;
  shortfall?: string;
  /** What `measured` shows, where it is a ratio. */
  estimate?: Estimate;
}

/** Of each pair the first is put over the second. */
type Pairs = readonly (readonly [number, number])[];

/** Met where even the lower bound of the interval reaches it. */
export function atLeast(figure: string, pairs: Pairs, limit: number): Goal[] {
  if (pairs.length === 0) return [];
  const ratio = estimateRatio(pairs);
  const isMet = ratio.lower >= limit;
  return [
    {
      ...{ figure, goal: `lower bound at least ${limit.toFixed(2)}`, isMet },
      measured: shown(ratio),
      estimate: ratio,
      ...(isMet ? {} : { shortfall: `lower bound ${percent(1 - ratio.lower / limit)} below` }),
    },
  ];
}

/** Met where the estimate keeps to it. */
export function atMost(figure: string, pairs: Pairs, limit: number): Goal[] {
  if (pairs.length === 0) return [];
  const ratio = estimateRatio(pairs);
  const isMet = ratio.value <= limit;
  return [
    {
      ...{ figure, goal: `at most ${limit.toFixed(2)}`, isMet },
      measured: shown(ratio),
      estimate: ratio,
      ...(isMet ? {} : { shortfall: `${percent(ratio.value / limit - 1)} above` }),
    },
  ];
}

/** Met where the highest of all values keeps to it. */
export function highest(
  figure: string,
  values: readonly number[],
  { limit, unit }: { limit: number; unit: string },
): Goal[] {
  if (values.length === 0) return [];
  const most = Math.max(...values);
  const isMet = most <= limit;
  const digits = unit === "" ? 0 : 2;
  return [
    {
      ...{ figure, goal: limit === 0 ? "0" : `at most ${limit}${unit}`, isMet },
      measured: `${most.toFixed(digits)}${unit} at the most, of ${values.length}`,
      ...(isMet ? {} : { shortfall: `${(most - limit).toFixed(digits)}${unit} above` }),
    },
  ];
}

/** "1.02 (0.98 to 1.06)", or without an interval where there was but one pair. */
export function shown({ value, lower, upper, samples }: Estimate): string {
  if (samples < 2) return `${value.toFixed(2)} (one sample)`;
  return `${value.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}
