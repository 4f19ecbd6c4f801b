import type { BoardModel, GroupModel } from "../model/board-model.ts";
import { isCalm, type Look } from "../model/looks.ts";
import { type CountView, countViews, headlineOf } from "./counts.ts";
import { type PageContext, versionOf } from "./page-context.ts";
import { type RunView, runViews } from "./run-view.ts";
import { type TileView, tileView } from "./tile-view.ts";
import type { Moment } from "./times.ts";

/** From so many tiles on the first page shows the worst of each group, and the groups' pages show all. */
const LARGE = 500;
const WORST = 3; // tiles of a group that a large board shows
/** From so many tiles on, groups in which all is well are closed. */
const FULL = 60;

/** A group of badges, rolled up: its look is its worst badge's. */
export interface GroupView {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly look: Look;
  readonly word: string;
  readonly counts: readonly CountView[];
  readonly tiles: readonly TileView[];
  readonly isOpen: boolean;
  /** "12 more tiles", where not all are shown. */
  readonly more?: string;
}

export interface BannerView {
  readonly host: string;
  readonly tiles: string;
  readonly reason: string;
  readonly since: Moment | undefined;
}

/** What the head of each page shows. */
export interface HeadView {
  readonly title: string;
  readonly look: Look;
  /** The board in two or three words, for the head of the page and the tab: "2 failing", "all passing". */
  readonly headline: string;
  readonly counts: readonly CountView[];
  readonly collectedAt: Moment | undefined;
  readonly builtAt: Moment | undefined;
  readonly isStale: boolean;
  readonly staleAfterHours: number;
}

/** The board's first page. */
export interface BoardView extends HeadView {
  readonly runs: readonly RunView[];
  readonly groups: readonly GroupView[];
  readonly banners: readonly BannerView[];
  readonly hosts: readonly string[];
  readonly hasTrials: boolean;
}

/** A group's own page, with everything that is known of its tiles. */
export interface GroupPage extends HeadView {
  readonly group: GroupView;
  readonly hosts: readonly string[];
}

export function boardView(model: BoardModel, context: PageContext): BoardView {
  const count = model.groups.reduce((sum, { tiles }) => sum + tiles.length, 0);
  return {
    ...headOf(model, model.groups, model, context),
    runs: runViews(model.reports, context),
    groups: model.groups.map((group) => groupView(group, count, context)),
    banners: model.banners.map(({ host, tiles: n, reason, since }) => {
      const tiles = context.texts.text("banner.tiles", { n });
      return { host, tiles, reason, since: context.momentOf(since) };
    }),
    hosts: hostsOf(model.groups),
    hasTrials: model.trials.length > 0,
  };
}

export function groupPage(group: GroupModel, model: BoardModel, context: PageContext): GroupPage {
  const tiles = group.tiles.map((tile) => tileView(tile, true, context));
  return {
    ...headOf(group, [group], model, context),
    group: { ...rollUp(group, context), tiles, isOpen: true },
    hosts: hostsOf([group]),
  };
}

function groupView(group: GroupModel, count: number, context: PageContext): GroupView {
  const shown =
    count < LARGE ? group.tiles : group.tiles.filter(({ look }) => !isCalm(look)).slice(0, WORST);
  const n = group.tiles.length - shown.length;
  return {
    ...rollUp(group, context),
    tiles: shown.map((tile) => tileView(tile, false, context)),
    isOpen: count < FULL || !isCalm(group.look),
    ...(n === 0 ? {} : { more: context.texts.text("group.more", { n }) }),
  };
}

function rollUp({ id, name, look, counts }: GroupModel, { texts }: PageContext) {
  const word = texts.text(`look.${look}`);
  const view = { name, look, word, counts: countViews(counts, texts) };
  return { id, version: versionOf(view), ...view };
}

function headOf(
  { look, counts }: Pick<GroupModel, "look" | "counts">,
  groups: readonly GroupModel[],
  model: BoardModel,
  { texts, momentOf }: PageContext,
): HeadView {
  const { title, isStale, staleAfterHours } = model;
  const stale = groups.flatMap(({ tiles }) => tiles).filter((tile) => tile.isStale).length;
  const isOld = isCalm(look) && (isStale || stale > 0);
  return {
    title,
    look: isOld ? "unread" : look,
    headline: headlineOf({ counts, stale, isStale }, texts),
    counts: countViews(counts, texts),
    collectedAt: momentOf(model.collectedAt),
    builtAt: momentOf(model.builtAt),
    isStale,
    staleAfterHours,
  };
}

function hostsOf(groups: readonly GroupModel[]): string[] {
  return [...new Set(groups.flatMap(({ tiles }) => tiles.map(({ host }) => host)))].toSorted();
}
