/**
 * Two-sided 95 % quantiles of Student's t distribution for 1 to 30 degrees of freedom.
 * https://www.itl.nist.gov/div898/handbook/eda/section3/eda3672.htm
 */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];
const Z_95 = 1.96; // what they come to with many

/** An estimate with its 95 % confidence interval; of one sample alone there is none, and its bounds are infinite. */
export interface Estimate {
  value: number;
  lower: number;
  upper: number;
  samples: number;
}

/** The mean, by Student's t. */
export function estimateMean(values: readonly number[]): Estimate {
  const samples = values.length;
  if (samples === 0) throw new Error("There are no values to take a mean of.");
  const value = mean(values);
  if (samples === 1) {
    return { value, lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY, samples };
  }
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (samples - 1);
  const half = (T_95[samples - 2] ?? Z_95) * Math.sqrt(variance / samples);
  return { value, lower: value - half, upper: value + half, samples };
}

/**
 * The ratio of what was measured in pairs, each pair soon after each other: the geometric mean of the pairs' ratios, with the
 * interval by Student's t on their logarithms. What slows down both of a pair does not count.
 */
export function estimateRatio(pairs: readonly (readonly [number, number])[]): Estimate {
  const { value, lower, upper, samples } = estimateMean(
    pairs.map(([over, under]) => {
      if (!(over > 0 && under > 0))
        throw new Error(`A ratio needs positive values: ${over}/${under}.`);
      return Math.log(over / under);
    }),
  );
  return { value: Math.exp(value), lower: Math.exp(lower), upper: Math.exp(upper), samples };
}

/** The smallest value that `part` (0 to 1) of all values do not exceed: the nearest rank. */
export function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) throw new Error("There are no values to take a quantile of.");
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(part * sorted.length));
  return sorted[rank - 1] as number; // 1 <= rank <= length
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}
