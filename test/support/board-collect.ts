import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectBoard } from "../../board/collect/collect-board.ts";
import { BADGE_LIMITS } from "../../board/collect/request.ts";
import type { Environment } from "../../board/collect/tokens.ts";
import { type BoardConfig, DEFAULTS } from "../../board/config/config.ts";
import type { BadgeRecord, BoardState } from "../../board/state/board-state.ts";
import { readState } from "../../board/state/state-file.ts";

export interface CollectHow {
  /** Where state.json is; a folder for this call alone if not given. */
  readonly statePath?: string;
  readonly now?: () => number;
  /** How long a badge may take, in ms; short only where a test is about waiting. */
  readonly timeoutMs?: number;
  readonly environment?: Environment;
  readonly budgetMs?: number;
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
export async function collect(config: BoardConfig, how: CollectHow = {}): Promise<BoardState> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const { timeoutMs = BADGE_LIMITS.timeoutMs, ...options } = how;
  const path = how.statePath ?? join(folder.path, "state.json");
  const limits = { ...BADGE_LIMITS, timeoutMs };
  await collectBoard({ ...options, config, statePath: path, limits });
  const state = await readState(path);
  if (state === undefined) throw new Error("no state was written");
  return state;
}

/** Collections of one board, one after the other, each at its own time. */
export interface Collections extends AsyncDisposable {
  readonly statePath: string;
  /** `minutes` after the first one. */
  at(minutes: number, how?: Partial<BoardConfig>): Promise<BoardState>;
}

/** Begins collections of a configuration, on Monday at eight. */
export async function collections(config: BoardConfig, how: CollectHow = {}): Promise<Collections> {
  const folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const statePath = join(folder.path, "state.json");
  const start = Date.parse("2026-11-23T08:00:00Z");
  return {
    statePath,
    at: (minutes, parts = {}) =>
      collect({ ...config, ...parts }, { ...how, statePath, now: () => start + minutes * 60_000 }),
    [Symbol.asyncDispose]: () => folder.remove(),
  };
}

/** The record of the one badge of a state. */
export function only(state: BoardState): BadgeRecord {
  const [record] = Object.values(state.badges);
  if (record === undefined) throw new Error("no badge is in the state");
  return record;
}
