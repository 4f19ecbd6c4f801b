const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/**
 * Milliseconds of a duration such as 90s or 1h30m, as spec.timeout and its like take them; undefined where it is none.
 * The form is the one that crds/pystolactions.yaml allows.
 */
export function parseDurationMs(text: string): number | undefined {
  if (!/^([0-9]+(h|m|s|ms))+$/.test(text)) return undefined;
  return [...text.matchAll(/([0-9]+)(ms|h|m|s)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ""] ?? 0),
    0,
  );
}

/** A span for people: "0.4 s", "12 s", "3 min 5 s", "1 h 2 min". */
export function formatSpan(ms: number): string {
  if (ms < 9_950) return `${(Math.max(ms, 0) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}
