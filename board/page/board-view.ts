import type { LoadedReport } from "../results/load-report.ts";
import type { BoardState } from "../state/board-state.ts";
import { type BadgeTile, badgeTile } from "./badge-tile.ts";
import { byLook, countLooks, type Look, type LookCount, wordOf, worstLook } from "../model/looks.ts";
import { type RunView, runView } from "./run-view.ts";
import { type Moment, momentOf } from "./times.ts";

/** A group of badges, rolled up: its look is its worst badge's. */
export interface GroupView {
  readonly id: string;
  readonly name: string;
  readonly look: Look;
  readonly word: string;
  readonly counts: readonly LookCount[];
  readonly tiles: readonly BadgeTile[];
}

/** Everything that the templates show. */
export interface BoardView {
  readonly title: string;
  readonly look: Look;
  /** The board in two or three words, for the head of the page and the tab: "2 failing", "all passing". */
  readonly headline: string;
  readonly counts: readonly LookCount[];
  readonly collectedAt: Moment | undefined;
  readonly builtAt: Moment | undefined;
  readonly staleAfterHours: number;
  readonly isStale: boolean;
  readonly runs: readonly RunView[];
  readonly groups: readonly GroupView[];
}

const HOUR_MS = 3_600_000;

/** Makes the page's data from the collected state and the results of runs, worst first. Pure; `now` in ms. */
export function boardView(
  state: BoardState,
  reports: readonly LoadedReport[],
  now: number,
): BoardView {
  const runs = [...reports, ...state.results].map(runView).toSorted(byLook);
  const groups = state.groups
    .map(({ name, badges }, at) => {
      const tiles = badges
        .map((badge) => badgeTile(badge, state.badges[badge.badge]))
        .toSorted(byLook);
      const looks = tiles.map(({ look }) => look);
      const look = worstLook(looks);
      return {
        id: `group-${at + 1}`,
        name,
        look,
        word: wordOf(look),
        counts: countLooks(looks),
        tiles,
      };
    })
    .toSorted(byLook);
  const looks = [
    ...runs.flatMap((run) =>
      run.faults.length > 0 ? run.faults.map(({ look }) => look) : [run.look],
    ),
    ...groups.flatMap(({ tiles }) => tiles.map(({ look }) => look)),
  ];
  return {
    title: state.title,
    look: worstLook([...runs, ...groups].map(({ look }) => look)),
    headline: headlineOf(countLooks(looks)),
    counts: countLooks(looks),
    collectedAt: momentOf(state.collectedAt),
    builtAt: momentOf(new Date(now).toISOString()),
    staleAfterHours: state.staleAfterHours,
    isStale: now - Date.parse(state.collectedAt) > state.staleAfterHours * HOUR_MS,
    runs,
    groups,
  };
}

const CALM: ReadonlySet<Look> = new Set(["passing", "expected", "info"]);

/** The worst that there is, and how often; "all passing" only where nothing else is shown. */
function headlineOf(counts: readonly LookCount[]): string {
  const [worst] = counts;
  if (worst === undefined) return "nothing to show";
  const isCalm = CALM.has(worst.look) && counts.some(({ look }) => look === "passing");
  return isCalm ? "all passing" : `${worst.count} ${worst.word}`;
}
