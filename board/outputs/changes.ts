import type { BoardModel, TileModel } from "../model/board-model.ts";
import type { State } from "../reading/state.ts";

/** A change of a tile's state, or the loss of its reading, as it was observed. */
export interface TileChange {
  readonly tile: TileModel;
  readonly to: State | "unread";
  /** The state before; missing where a reading was lost that never was there. */
  readonly from?: State;
  /** First seen in the new state; ISO 8601. */
  readonly at: string;
  /** Last seen in the state before; ISO 8601. */
  readonly until?: string;
}

interface Seen {
  readonly state: State;
  readonly from: string;
  readonly to: string;
}

/**
 * What changed on a tile, oldest first. A run that is under way is no change, and neither is a time in which nobody looked. The
 * same observations give the same times whenever the board is built.
 */
export function changesOf(tile: TileModel, board: BoardModel): TileChange[] {
  const seen = seenOf(tile, board).filter(({ state }) => state !== "running");
  const changes = seen.flatMap((now, at): TileChange[] => {
    const before = seen[at - 1];
    if (before === undefined || before.state === now.state) return [];
    return [{ tile, from: before.state, to: now.state, at: now.from, until: before.to }];
  });
  const { problem, reading } = tile;
  if (problem === undefined) return changes;
  const from = reading === undefined ? {} : { from: reading.state, until: reading.readAt };
  return [...changes, { tile, to: "unread", at: problem.since, ...from }];
}

/** The strip's parts with their times; shares of a strip give back the millisecond that they were made from. */
function seenOf({ history }: TileModel, { builtAt }: BoardModel): Seen[] {
  const { windowFrom, strip } = history;
  if (windowFrom === undefined) return [];
  const begin = Date.parse(windowFrom);
  const length = Date.parse(builtAt) - begin;
  const time = (share: number) => new Date(Math.round(begin + share * length)).toISOString();
  return strip.flatMap(({ state, from, to }) =>
    state === undefined ? [] : [{ state, from: time(from), to: time(to) }],
  );
}
