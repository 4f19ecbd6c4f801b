import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectBoard } from "../../board/collect/collect-board.ts";
import { BADGE_LIMITS } from "../../board/collect/request.ts";
import { type BoardConfig, DEFAULTS } from "../../board/config/config.ts";
import type { BadgeRecord, BoardState } from "../../board/state/board-state.ts";
import { readState } from "../../board/state/state-file.ts";

export interface CollectHow {
  /** Where state.json is; a folder for this call alone if not given. */
  readonly statePath?: string;
  readonly now?: () => number;
  /** How long a badge may take, in ms; short only where a test is about waiting. */
  readonly timeoutMs?: number;
}

/** The configuration of one group of badges whose hosts are allowed. */
export function configOf(
  addresses: readonly string[],
  parts: Partial<BoardConfig> = {},
): BoardConfig {
  const badges = addresses.map((badge) => ({ label: badge, badge }));
  const allowPrivate = addresses.map((address) => new URL(address).host);
  return {
    ...DEFAULTS,
    title: "T",
    staleAfterHours: 1,
    allowPrivate,
    groups: [{ name: "G", badges }],
    ...parts,
  };
}

/** Collects the given addresses once and returns the state. */
export async function collect(
  config: BoardConfig,
  { statePath, now, timeoutMs = BADGE_LIMITS.timeoutMs }: CollectHow = {},
): Promise<BoardState> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const path = statePath ?? join(folder.path, "state.json");
  await collectBoard({
    config,
    statePath: path,
    limits: { ...BADGE_LIMITS, timeoutMs },
    ...(now === undefined ? {} : { now }),
  });
  const state = await readState(path);
  if (state === undefined) throw new Error("no state was written");
  return state;
}

/** The record of the one badge of a state. */
export function only(state: BoardState): BadgeRecord {
  const [record] = Object.values(state.badges);
  if (record === undefined) throw new Error("no badge is in the state");
  return record;
}
