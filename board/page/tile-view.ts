import type { TileModel } from "../model/board-model.ts";
import type { Look } from "../model/looks.ts";
import { type PageContext, versionOf, webAddress } from "./page-context.ts";
import { stripSvg } from "./strip.ts";
import { type Detail, fullDetails, SURE, shortDetails } from "./tile-details.ts";
import type { Moment } from "./times.ts";

/** Marks that any tile may bear, whatever its look. */
export type Flag = "stale" | "conflict" | "unsure";

/** One badge as a page shows it. All texts but those of our languages come from strangers; `strip` alone is markup. */
export interface TileView {
  readonly id: string;
  readonly version: string;
  readonly look: Look;
  readonly word: string;
  readonly label: string;
  readonly message: string;
  readonly link?: string;
  readonly host: string;
  readonly classes: string;
  readonly flags: ReadonlyArray<{ readonly flag: Flag; readonly word: string }>;
  /** When the reading was given or confirmed; missing where there never was one. */
  readonly readAt?: Moment;
  readonly failingSince?: Moment;
  /** Escaped. */
  readonly strip: string;
  /** Figures of the history: "97.1–99.8% up", "3 flips this week". */
  readonly figures: readonly string[];
  readonly details: readonly Detail[];
  /** What its "why" is of, for those who cannot see the tile around it. */
  readonly whyName: string;
}

export function tileView(tile: TileModel, isFull: boolean, context: PageContext): TileView {
  const { texts, momentOf } = context;
  const { look, label, history } = tile;
  const word = texts.text(`look.${look}`);
  const flags = flagsOf(tile);
  const readAt = momentOf(tile.reading?.readAt);
  const failingSince = look === "failing" ? momentOf(history.failingSince) : undefined;
  const link = webAddress(tile.link);
  const view = {
    look,
    word,
    label,
    message: messageOf(tile, word, context),
    ...(link === undefined ? {} : { link }),
    host: tile.host,
    classes: [tile.size === "normal" ? [] : tile.size, flags].flat().join(" "),
    flags: flags.map((flag) => ({ flag, word: texts.text(`tile.${flag}`) })),
    ...(readAt === undefined ? {} : { readAt }),
    ...(failingSince === undefined ? {} : { failingSince }),
    strip: stripSvg(history.strip),
    figures: figuresOf(tile, context),
    details: isFull ? fullDetails(tile, context) : shortDetails(tile, context),
    whyName: texts.text("tile.whyname", { label, word }),
  };
  return { id: tile.id, version: versionOf(view), ...view };
}

export function flagsOf({ isStale, reading, look }: TileModel): Flag[] {
  const isRead = reading !== undefined && look !== "unread";
  return [
    ...(isStale ? (["stale"] as const) : []),
    ...(reading?.conflict === undefined ? [] : (["conflict"] as const)),
    ...(isRead && look !== "unknown" && reading.confidence < SURE ? (["unsure"] as const) : []),
  ];
}

/** The badge's message unless it is the look's own word, or where it has none the reason why nothing is known. */
export function messageOf(
  { problem, reading, look }: TileModel,
  word: string,
  { texts }: PageContext,
) {
  if (problem !== undefined) {
    return problem.reason === NOT_COLLECTED ? texts.text("tile.notcollected") : problem.reason;
  }
  const message = reading?.message ?? "";
  if (message === "" && reading?.state === "unknown") {
    return reading.rule.slice(reading.rule.indexOf(":") + 1).trim();
  }
  return [look, word].includes(message.toLowerCase()) ? "" : message;
}

const NOT_COLLECTED = "not collected yet";

function figuresOf({ history }: TileModel, { texts }: PageContext): string[] {
  const { availability, flipsPerWeek: n } = history;
  const share = availability && texts.share(availability.least, availability.most);
  return [
    ...(share === undefined ? [] : [texts.text("tile.up", { share })]),
    ...(n === 0 ? [] : [texts.text("tile.flips", { n })]),
  ];
}
