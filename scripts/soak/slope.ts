/** A line through a series, by least squares. */
export interface Slope {
  /** Change per minute, in the unit of the series. */
  perMinute: number;
  /** Half of the 95 % interval of `perMinute`, for many samples. */
  marginPerMinute: number;
  mean: number;
}

const NORMAL_95 = 1.96;

/** How a series changes with time. Needs three samples or more. */
export function slopeOf(samples: readonly { atSeconds: number; value: number }[]): Slope {
  if (samples.length < 3) throw new Error(`${samples.length} samples make no line; 3 are needed.`);
  const minutes = samples.map(({ atSeconds }) => atSeconds / 60);
  const values = samples.map(({ value }) => value);
  const [meanX, meanY] = [average(minutes), average(values)];
  const spread = sum(minutes.map((x) => (x - meanX) ** 2));
  const perMinute = sum(minutes.map((x, at) => (x - meanX) * ((values[at] ?? 0) - meanY))) / spread;
  const rest = sum(
    minutes.map((x, at) => ((values[at] ?? 0) - meanY - perMinute * (x - meanX)) ** 2),
  );
  const error = Math.sqrt(rest / (samples.length - 2) / spread);
  return { perMinute, marginPerMinute: NORMAL_95 * error, mean: meanY };
}

/**
 * Whether a series is flat: going on as it does for an hour, it would not grow by more than `tolerance` of its mean, or the
 * growth is not told from chance.
 */
export function isFlat({ perMinute, marginPerMinute, mean }: Slope, tolerance: number): boolean {
  const isChance = perMinute - marginPerMinute <= 0;
  return isChance || perMinute * 60 <= tolerance * mean;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function average(values: readonly number[]): number {
  return sum(values) / values.length;
}
