const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const LEAST_MS = 10_000; // hosts of badges are spared
const MOST_MS = 24 * 3_600_000;

/** Reads "30s", "5m" or "1h" as milliseconds; undefined for anything else and for what is not within 10 s and 24 h. */
export function parseEvery(text: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,5})([smh])$/u.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? Number.NaN);
  return ms >= LEAST_MS && ms <= MOST_MS ? ms : undefined;
}
