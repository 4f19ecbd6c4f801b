import type { State } from "../reading/state.ts";
import type { HistoryLimits } from "./observe.ts";
import type { Span } from "./span.ts";

/** A part of a tile's strip; `undefined` means that nobody looked. `from` and `to` are shares of the strip, 0 to 1. */
export interface StripPart {
  readonly state: State | undefined;
  readonly from: number;
  readonly to: number;
}

/** What a tile's history says of its window: the last `historyDays`, or what is known of them. */
export interface HistorySummary {
  /** Begin of the window, ISO 8601; missing where nothing was observed. */
  readonly windowFrom?: string;
  readonly strip: readonly StripPart[];
  /** Since when it has been failing, at the latest; only while it is. */
  readonly failingSince?: string;
  /** Changes between passing and failing within the last 7 days that were observed. */
  readonly flipsPerWeek: number;
  /** Share of the window in which it was up, 0 to 1: as little and as much as what was observed leaves possible; missing where nothing of it is known. */
  readonly availability?: { readonly least: number; readonly most: number };
}

const DAY_MS = 86_400_000;
const UP: ReadonlySet<State | undefined> = new Set<State>(["passing", "warning", "info"]);

/**
 * Sums a history up to the moment `now` (ms). Up is passing, warning and info, down is failing; all else, and every time in which
 * nobody looked or the state changed at an unknown moment, could have been either and widens the bounds.
 */
export function summaryOf(
  history: readonly Span[],
  limits: Pick<HistoryLimits, "historyDays">,
  now: number,
): HistorySummary {
  const first = history[0];
  const last = history.at(-1);
  if (first === undefined || last === undefined) return { strip: [], flipsPerWeek: 0 };
  const begin = Math.max(Date.parse(first.from), now - limits.historyDays * DAY_MS);
  const strip = stripOf(history, begin, now);
  const availability = availabilityOf(strip);
  const failingSince = last.state === "failing" ? failingFrom(history) : undefined;
  return {
    windowFrom: new Date(begin).toISOString(),
    strip,
    ...(failingSince === undefined ? {} : { failingSince }),
    flipsPerWeek: flipsAfter(history, now - 7 * DAY_MS),
    ...(availability === undefined ? {} : { availability }),
  };
}

/** The spans and the gaps between them, as shares of the time from `begin` to `now`; a single observation has no length. */
function stripOf(history: readonly Span[], begin: number, now: number): StripPart[] {
  const length = now - begin;
  if (length <= 0) return [];
  const share = (time: number) => Math.min(1, Math.max(0, (time - begin) / length));
  const parts: StripPart[] = [];
  let at = 0;
  for (const { state, from, to } of history) {
    if (Date.parse(to) < begin) continue;
    if (share(Date.parse(from)) > at) {
      parts.push({ state: undefined, from: at, to: share(Date.parse(from)) });
    }
    at = share(Date.parse(to));
    parts.push({ state, from: share(Date.parse(from)), to: at });
  }
  if (at < 1) parts.push({ state: undefined, from: at, to: 1 });
  return parts;
}

function availabilityOf(strip: readonly StripPart[]): HistorySummary["availability"] {
  const shareOf = (isIt: (state: State | undefined) => boolean) =>
    strip.reduce((sum, { state, from, to }) => sum + (isIt(state) ? to - from : 0), 0);
  const up = shareOf((state) => UP.has(state));
  const down = shareOf((state) => state === "failing");
  return up + down === 0 ? undefined : { least: up, most: Math.max(0, 1 - down) };
}

/** Begin of the last run of failing spans, with no other state seen in between. */
function failingFrom(history: readonly Span[]): string | undefined {
  const before = history.findLastIndex(({ state }) => state !== "failing");
  return history[before + 1]?.from;
}

/** Other states in between do not hide a change: passing, running, failing is one. */
function flipsAfter(history: readonly Span[], after: number): number {
  const decided = history.filter(({ state }) => state === "passing" || state === "failing");
  return decided.filter(
    ({ state, from }, at) =>
      at > 0 && decided[at - 1]?.state !== state && Date.parse(from) >= after,
  ).length;
}
