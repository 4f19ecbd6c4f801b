import type { NotifyConfig } from "../../board/config/config.ts";
import type { Change } from "../../board/notify/changes.ts";
import type { State } from "../../board/reading/state.ts";
import type { BadgeRecord, BoardState } from "../../board/state/board-state.ts";
import { recordOf, stateOf } from "./board-state.ts";

/** A notification with the defaults of a configuration. */
export function notification(parts: Partial<NotifyConfig> = {}): NotifyConfig {
  return { kind: "webhook", variable: "HOOK", on: ["failing", "passing"], after: 1, ...parts };
}

/** How a tile was collected: its state, how often in a row, or that there was no reading. */
export type Collected = State | readonly [State, number] | "unread";

/** The board after a collection in which the tiles were as given, with what was told before. */
export function collected(
  tiles: Readonly<Record<string, Collected>>,
  told: BoardState["told"] = {},
): BoardState {
  const records = Object.entries(tiles).map(([label, tile]) => [label, recordFor(tile)]);
  return { ...stateOf(Object.fromEntries(records)), told };
}

function recordFor(tile: Collected): BadgeRecord {
  if (tile === "unread") {
    const problem = { since: "2026-11-23T07:00:00.000Z", reason: "no answer" };
    return { ...recordOf("passing"), problem };
  }
  const [state, inARow] = typeof tile === "string" ? [tile, 1] : tile;
  return { ...recordOf(state), inARow };
}

/** A change of a tile, from failing to passing but for what is given. */
export function changeOf(parts: Partial<Change> = {}): Change {
  return {
    ...{ group: "Shop", label: "job", message: "passing", to: "passing", from: "failing" },
    since: "2026-11-23T07:00:00.000Z",
    ...parts,
  };
}
