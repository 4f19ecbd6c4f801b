import type { BoardModel, TileModel } from "../model/board-model.ts";
import { type Look, wordOf } from "../model/looks.ts";
import { toldLook } from "../model/run-look.ts";
import type { LoadedReport } from "../results/load-report.ts";

/** How a tile is told to other programs: its look, or "stale" where that would be good news of long ago. */
export type Standing = Look | "stale";

/** What stays true for a reader until somebody says otherwise, however old it is. */
const BAD_NEWS: ReadonlySet<Look> = new Set(["failing", "warning", "unread", "unknown"]);

/**
 * The standing of a tile. Old good news is "stale" and good news that something speaks against is "unknown", because a feed has
 * no mark beside its state.
 */
export function standingOf(tile: TileModel, board: BoardModel): Standing {
  if (tile.look === "passing" && tile.reading?.conflict !== undefined) return "unknown";
  return agedLook(tile.look, tile.isStale || board.isStale);
}

/** The standing of a run's results. */
export function standingOfRun(report: LoadedReport, board: BoardModel): Standing {
  return agedLook(toldLook(report), board.isStale || report.isStale === true);
}

/** The word for a standing. */
export function standingWord(standing: Standing): string {
  return standing === "stale" ? standing : wordOf(standing);
}

function agedLook(look: Look, isStale: boolean): Standing {
  return isStale && !BAD_NEWS.has(look) ? "stale" : look;
}
