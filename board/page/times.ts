/** A moment on the page: for machines (`iso`), and for people where no script counts its age. */
export interface Moment {
  readonly iso: string;
  readonly text: string;
}

/** Writes times in ISO 8601 as moments; undefined for none or no date. */
export type MomentOf = (iso: string | null | undefined) => Moment | undefined;

/**
 * Makes a writer of moments in a language and a time zone, for example "23 Nov 2026, 08:10 UTC". The same times occur on many
 * tiles, and writing one costs far more than finding it again.
 */
export function momentWriter(language: string, timeZone: string): MomentOf {
  const tag = language === "en" ? "en-GB" : language;
  const format = new Intl.DateTimeFormat(tag, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone,
  });
  const write = (ms: number): Moment => ({
    iso: new Date(ms).toISOString().replace(".000Z", "Z"),
    text: format.format(ms),
  });
  const written = new Map<string, Moment>();
  return (iso) => {
    const ms = Date.parse(iso ?? "");
    if (Number.isNaN(ms) || !iso) return undefined;
    const moment = written.get(iso) ?? write(ms);
    if (written.size < MOST) written.set(iso, moment);
    return moment;
  };
}

const MOST = 20_000; // moments that are remembered

/** The ms between two moments; undefined if one is unknown or they are the wrong way round. */
export function msBetween(
  from: string | null | undefined,
  to: string | null | undefined,
): number | undefined {
  const ms = Date.parse(to ?? "") - Date.parse(from ?? "");
  return Number.isNaN(ms) || ms < 0 ? undefined : ms;
}
