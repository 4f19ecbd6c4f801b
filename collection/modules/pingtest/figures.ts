import type { Attempt } from "./attempt.ts";
import type { Bounds } from "./request.ts";

/** What came of all attempts at one endpoint; times in ms, to the microsecond. */
export interface Figures {
  sent: number;
  received: number;
  lossPercent: number;
  latencyMs: { min: number; median: number; max: number } | null;
}

export function figuresOf(attempts: readonly Attempt[]): Figures {
  const latencies = attempts
    .flatMap((attempt) => ("latencyMs" in attempt ? [attempt.latencyMs] : []))
    .sort((one, other) => one - other);
  const [sent, received] = [attempts.length, latencies.length];
  const middle = Math.floor(received / 2);
  const [low = 0, high = 0] =
    received % 2 === 1 ? [latencies[middle], latencies[middle]] : latencies.slice(middle - 1);
  return {
    sent,
    received,
    lossPercent: rounded(((sent - received) / sent) * 100),
    latencyMs:
      received === 0
        ? null
        : {
            min: rounded(latencies[0] ?? 0),
            median: rounded((low + high) / 2),
            max: rounded(latencies.at(-1) ?? 0),
          },
  };
}

/** What is wrong with the figures, each problem as a phrase with the figure and its bound. */
export function problemsOf(figures: Figures, bounds: Bounds): string[] {
  const { sent, received, lossPercent, latencyMs } = figures;
  const { allowedLossPercent, maxLatencyMs } = bounds;
  const problems: string[] = [];
  if (lossPercent > allowedLossPercent) {
    problems.push(
      `${sent - received} of ${sent} attempts lost (${lossPercent} %, allowed ${allowedLossPercent} %)`,
    );
  }
  if (maxLatencyMs !== undefined && latencyMs && latencyMs.max > maxLatencyMs)
    problems.push(`latency up to ${latencyMs.max} ms (allowed ${maxLatencyMs} ms)`);
  return problems;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
