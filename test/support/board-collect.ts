import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectBoard } from "../../board/collect/collect-board.ts";
import { BADGE_LIMITS } from "../../board/collect/request.ts";
import type { BoardConfig } from "../../board/config.ts";
import type { BadgeRecord, BoardState } from "../../board/state/board-state.ts";
import { readState } from "../../board/state/state-file.ts";

const LIMITS = { ...BADGE_LIMITS, timeoutMs: 700 };

/** The configuration of one group of badges whose hosts are allowed. */
export function configOf(
  addresses: readonly string[],
  parts: Partial<BoardConfig> = {},
): BoardConfig {
  const badges = addresses.map((badge) => ({ label: badge, badge }));
  const allowPrivate = addresses.map((address) => new URL(address).host);
  return {
    title: "T",
    staleAfterHours: 1,
    allowPrivate,
    groups: [{ name: "G", badges }],
    results: [],
    ...parts,
  };
}

/** Collects the given addresses once and returns the state. */
export async function collect(
  config: BoardConfig,
  statePath?: string,
  now?: () => number,
): Promise<BoardState> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const path = statePath ?? join(folder.path, "state.json");
  await collectBoard({
    config,
    statePath: path,
    limits: LIMITS,
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
