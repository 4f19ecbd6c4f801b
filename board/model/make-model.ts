import { type BadgeConfig, type GroupConfig, presentationOf, recordKey } from "../config/config.ts";
import { summaryOf } from "../history/summary.ts";
import { rememberTrials } from "../resilience/remember-trials.ts";
import type { LoadedReport } from "../results/load-report.ts";
import type { BadgeRecord, BoardState } from "../state/board-state.ts";
import { bannersOf } from "./banners.ts";
import type { BoardModel, GroupModel, TileModel } from "./board-model.ts";
import { byLook, countLooks, type Look, worstLook } from "./looks.ts";
import { runLook } from "./run-look.ts";
import { slugger } from "./slugs.ts";

const HOUR_MS = 3_600_000;

/** Makes the board's data from the collected state and further results of runs. Pure; `now` in ms since 1970. */
export function makeModel(
  state: BoardState,
  reports: readonly LoadedReport[],
  now: number,
): BoardModel {
  const slug = slugger();
  const groups = state.groups
    .map((group) => groupModel(group, slug(group.name), state, now))
    .toSorted(byLook);
  const all = [...reports, ...state.results].map((report) => withAge(report, state, now));
  const looks = [
    ...groups.flatMap(({ tiles }) => tiles.map(({ look }) => look)),
    ...all.map(runLook),
  ];
  const given = reports.flatMap(({ report }) => (report === undefined ? [] : [report]));
  return {
    ...presentationOf(state),
    look: worstLook(looks),
    counts: countLooks(looks),
    collectedAt: state.collectedAt,
    builtAt: new Date(now).toISOString(),
    isStale: isOlder(state.collectedAt, state, now),
    groups,
    banners: bannersOf(groups),
    reports: all,
    trials: given.length === 0 ? state.trials : rememberTrials(state.trials, given),
  };
}

function groupModel(
  { name, badges }: GroupConfig,
  id: string,
  state: BoardState,
  now: number,
): GroupModel {
  const slug = slugger();
  const tiles = badges
    .map((badge) => tileModel(badge, { group: id, id: `${id}/${slug(badge.label)}` }, state, now))
    .toSorted(byLook);
  const looks = tiles.map(({ look }) => look);
  return { id, name, look: worstLook(looks), counts: countLooks(looks), tiles };
}

/** Without a fresh reading the tile is "unread" and keeps the last one: an old green never stays green in silence. */
function tileModel(
  badge: BadgeConfig,
  place: { readonly id: string; readonly group: string },
  state: BoardState,
  now: number,
): TileModel {
  const record = state.badges[recordKey(badge)];
  const { label, description, size = "normal" } = badge;
  const { reading, history = [] } = record ?? {};
  const problem = problemOf(record, state.collectedAt);
  const look: Look = problem !== undefined || reading === undefined ? "unread" : reading.state;
  const link = badge.link ?? reading?.run;
  return {
    ...place,
    label,
    ...(description === undefined ? {} : { description }),
    ...(link === undefined ? {} : { link }),
    size,
    look,
    ...(reading === undefined ? {} : { reading }),
    ...(problem === undefined ? {} : { problem }),
    isStale: reading !== undefined && isOlder(reading.readAt, state, now),
    history: summaryOf(history, state, now),
    host: new URL(badge.badge).host,
  };
}

function problemOf(record: BadgeRecord | undefined, collectedAt: string) {
  if (record === undefined) return { since: collectedAt, reason: "not collected yet" };
  if (record.problem !== undefined || record.reading !== undefined) return record.problem;
  return { since: collectedAt, reason: "never read" };
}

const WEEK_HOURS = 168;
const CLOCKS_DIFFER_MS = 10 * 60_000;

/** Faults are run more rarely than badges are read: their results count for a week, or for longer where the board's readings do. */
function withAge(loaded: LoadedReport, { staleAfterHours }: BoardState, now: number): LoadedReport {
  const ended = loaded.report?.completionTime;
  const hours = Math.max(staleAfterHours, WEEK_HOURS);
  const isStale =
    loaded.report !== undefined && (!ended || isOlder(ended, { staleAfterHours: hours }, now));
  return isStale ? { ...loaded, isStale } : loaded;
}

/** A time that is yet to come is no age either: somebody's clock was wrong. */
function isOlder(
  at: string,
  { staleAfterHours }: Pick<BoardState, "staleAfterHours">,
  now: number,
): boolean {
  const age = now - Date.parse(at);
  return age > staleAfterHours * HOUR_MS || age < -CLOCKS_DIFFER_MS;
}
