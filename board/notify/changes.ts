import { type BadgeConfig, type NotifyConfig, recordKey } from "../config/config.ts";
import type { State } from "../reading/state.ts";
import type { BadgeRecord, BoardState } from "../state/board-state.ts";

/** A tile whose state is to be told. */
export interface Change {
  readonly group: string;
  readonly label: string;
  readonly link?: string;
  /** The badge's own words. */
  readonly message: string;
  readonly to: State;
  /** Missing where the board sees the tile for the first time. */
  readonly from?: string;
  /** Since when it has been so, ISO 8601. */
  readonly since: string;
}

type Told = BoardState["told"];

/** What one notification has to tell, and what it will have told when that is done. */
export interface Changes {
  readonly changes: readonly Change[];
  /** Its part of the state's memory, whole: what is not in it any more is forgotten. */
  readonly told: Told;
  /** Whether any of its tiles is remembered in a bad state that it is to be told of. */
  readonly isAnyBad: boolean;
}

/** These say how a job is; a run under way, a skipped one and the like say nothing of it, and undo no failure. */
const HEALTH: ReadonlySet<State> = new Set(["passing", "failing", "warning"]);

/**
 * What has changed since a notification was told last. A state counts once `after` collections in a row have seen it. A tile that
 * gave no reading has not changed. A tile that is seen for the first time is told of only if it fails; a pass only as the end of a
 * failure or warning. Pure: the same state gives the same changes until `told` is kept.
 */
export function changesFor(notification: NotifyConfig, state: BoardState): Changes {
  const told: Record<string, Told[string]> = {};
  const changes: Change[] = [];
  for (const { group, badge } of tilesOf(notification, state)) {
    const key = `${prefixOf(notification)}${recordKey(badge)}`;
    if (key in told) continue; // one badge in two groups is told once
    const health = state.told[key];
    const aside = state.told[asideKey(key)];
    const seen = settled(state.badges[recordKey(badge)], notification.after);
    if (seen === undefined) {
      if (health !== undefined) told[key] = health;
      if (aside !== undefined) told[asideKey(key)] = aside;
      continue;
    }
    const isHealth = HEALTH.has(seen.state);
    const before = isHealth ? health?.state : aside?.state;
    const note = before === seen.state ? (isHealth ? health : aside) : undefined;
    const now = note ?? { state: seen.state, at: state.collectedAt };
    if (isHealth) told[key] = now;
    else {
      told[asideKey(key)] = now;
      if (health !== undefined) told[key] = health;
    }
    if (isWorthTelling(notification, { from: health?.state, before, to: seen.state })) {
      changes.push(changeOf(group, badge, seen, health?.state));
    }
  }
  const bad = notification.on.filter(isBad);
  const isAnyBad = Object.values(told).some((each) => bad.some((one) => one === each.state));
  return { changes, told, isAnyBad };
}

/** Whether a state is one to do something about. */
export function isBad(state: State): boolean {
  return state === "failing" || state === "warning";
}

/** The memory of all notifications after one of them was told. */
export function withTold(all: Told, notification: NotifyConfig, told: Told): Told {
  const prefix = prefixOf(notification);
  const others = Object.entries(all).filter(([key]) => !key.startsWith(prefix));
  return { ...Object.fromEntries(others), ...told };
}

function tilesOf({ groups }: NotifyConfig, state: BoardState) {
  return state.groups
    .filter(({ name }) => groups === undefined || groups.includes(name))
    .flatMap(({ name, badges }) => badges.map((badge) => ({ group: name, badge })));
}

/** Notifications that differ in any of these remember apart. */
function prefixOf({ kind, variable, repository, groups, on }: NotifyConfig): string {
  return `${JSON.stringify([kind, variable, repository ?? null, groups ?? null, on.toSorted()])} `;
}

function asideKey(key: string): string {
  return `${key} (aside)`;
}

function settled(record: BadgeRecord | undefined, after: number) {
  if (record?.reading === undefined || record.problem !== undefined) return undefined;
  return (record.inARow ?? 1) >= after ? record.reading : undefined;
}

function isWorthTelling(
  { on }: NotifyConfig,
  {
    from,
    before,
    to,
  }: {
    readonly from?: string | undefined;
    readonly before?: string | undefined;
    readonly to: State;
  },
): boolean {
  if (!on.includes(to) || before === to) return false;
  if (to === "failing") return true;
  if (to === "passing") return from === "failing" || from === "warning";
  return from !== undefined || before !== undefined;
}

function changeOf(
  group: string,
  { label, link }: BadgeConfig,
  reading: NonNullable<BadgeRecord["reading"]>,
  from: string | undefined,
): Change {
  const target = link ?? reading.run;
  return {
    ...{ group, label, message: reading.message, to: reading.state, since: reading.since },
    ...(target === undefined ? {} : { link: target }),
    ...(from === undefined ? {} : { from }),
  };
}
