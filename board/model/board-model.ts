import type { Presentation, Size } from "../config/config.ts";
import type { HistorySummary } from "../history/summary.ts";
import type { Trial } from "../resilience/trial.ts";
import type { LoadedReport } from "../results/load-report.ts";
import type { Problem, StoredReading } from "../state/board-state.ts";
import type { Look, LookCount } from "./looks.ts";

/**
 * The board as data, without words of any language and without form: what the pages, the feeds and the notifications are made
 * from. Times are ISO 8601 in UTC. All texts are strangers'.
 */
export interface BoardModel extends Omit<Presentation, "groups"> {
  readonly look: Look;
  readonly counts: readonly LookCount[];
  readonly collectedAt: string;
  readonly builtAt: string;
  /** Nothing was collected for `staleAfterHours`. */
  readonly isStale: boolean;
  /** Worst first. */
  readonly groups: readonly GroupModel[];
  /** Causes that more than one tile has in common. */
  readonly banners: readonly Banner[];
  readonly reports: readonly LoadedReport[];
  readonly trials: readonly Trial[];
}

export interface GroupModel {
  /** Unique and the same from build to build; fit for a file name: "team-a". */
  readonly id: string;
  readonly name: string;
  /** Its worst tile's. */
  readonly look: Look;
  readonly counts: readonly LookCount[];
  /** Worst first. */
  readonly tiles: readonly TileModel[];
}

export interface TileModel {
  /** Unique on the board and the same from build to build: "team-a/unit-tests". */
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly description?: string;
  readonly link?: string;
  readonly size: Size;
  /** "unread" where there is no fresh reading, whatever the last one said. */
  readonly look: Look;
  /** The last reading that there was. */
  readonly reading?: StoredReading;
  readonly problem?: Problem;
  /** The reading is older than the board's `staleAfterHours`. */
  readonly isStale: boolean;
  readonly history: HistorySummary;
  /** Host of the badge; its whole address may hold a token and is never shown. */
  readonly host: string;
}

/** A host that left several tiles without a reading. */
export interface Banner {
  readonly host: string;
  readonly tiles: number;
  readonly reason: string;
  readonly since: string;
}
