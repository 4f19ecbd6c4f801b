/** A moment on the page: for machines (`iso`), and for people where no script counts its age. */
export interface Moment {
  readonly iso: string;
  readonly utc: string;
}

const FORMAT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

/** A time in ISO 8601 as a moment, for example "23 Nov 2026, 08:10 UTC"; undefined for none or no date. */
export function momentOf(iso: string | null | undefined): Moment | undefined {
  if (iso === null || iso === undefined || Number.isNaN(Date.parse(iso))) return undefined;
  return { iso: new Date(iso).toISOString(), utc: `${FORMAT.format(new Date(iso))} UTC` };
}

/** The time between two moments, rounded for people: "4.2 s", "3 min 5 s", "2 h 10 min"; undefined if unknown. */
export function spanBetween(
  from: string | null | undefined,
  to: string | null | undefined,
): string | undefined {
  const ms = Date.parse(to ?? "") - Date.parse(from ?? "");
  if (Number.isNaN(ms) || ms < 0) return undefined;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return inTwo(minutes, "min", seconds % 60, "s");
  return inTwo(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

function inTwo(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}
