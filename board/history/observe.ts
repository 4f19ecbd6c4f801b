import type { State } from "../reading/state.ts";
import type { Span } from "./span.ts";

const MOST_SPANS = 200;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Schedulers are late now and then; later than three times the interval counts as nobody having looked. */
const LATE = 3;

export interface HistoryLimits {
  /** How often it is meant to be collected. */
  readonly everyMinutes: number;
  /** What ended before is forgotten. */
  readonly historyDays: number;
}

/**
 * Adds an observation made at `at` (ISO 8601). It prolongs the last span where it saw the same state in time, and begins another
 * one elsewhere; so a pause is never told as a state. A clock that went back changes nothing. At most 200 spans are kept.
 */
export function observe(
  history: readonly Span[],
  { state, at }: { readonly state: State; readonly at: string },
  limits: HistoryLimits,
): Span[] {
  const last = history.at(-1);
  const now = Date.parse(at);
  if (last !== undefined && now < Date.parse(last.to)) return [...history];
  const isInTime =
    last !== undefined && now - Date.parse(last.to) <= lateAfterMs(limits.everyMinutes);
  const next: Span[] =
    last !== undefined && last.state === state && isInTime
      ? [...history.slice(0, -1), { ...last, to: at }]
      : [...history, { state, from: at, to: at }];
  const oldest = now - limits.historyDays * DAY_MS;
  return next.filter(({ to }) => Date.parse(to) >= oldest).slice(-MOST_SPANS);
}

/** How long after an observation the next one still belongs to it, in ms. */
export function lateAfterMs(everyMinutes: number): number {
  return LATE * everyMinutes * MINUTE_MS;
}
