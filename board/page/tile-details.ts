import type { TileModel } from "../model/board-model.ts";
import type { StoredReading } from "../state/board-state.ts";
import { badgeSvg } from "./badge-svg.ts";
import { type PageContext, webAddress } from "./page-context.ts";
import type { Moment } from "./times.ts";

/** A line of a tile's "why": a term, and a text, a moment, a link or a drawing. */
export interface Detail {
  readonly term: string;
  readonly text?: string;
  readonly moment?: Moment;
  readonly href?: string;
  /** Escaped. */
  readonly svg?: string;
}

/** How sure a reading has to be to look sure. */
export const SURE = 0.6;

/** Why a tile looks as it does, in few lines: what the board's first page has room for. */
export function shortDetails(tile: TileModel, context: PageContext): Detail[] {
  const { reading } = tile;
  const isCertain = reading === undefined || reading.confidence >= SURE;
  return [
    ...problemDetails(tile, context),
    ...(reading === undefined ? [] : ruleDetails(reading, context)),
    ...(isCertain ? [] : [confidenceOf(reading, context)]),
    ...(reading === undefined ? [] : dated("detail.since", reading.since, context)),
    line("detail.from", tile.host, context),
  ];
}

/** Everything that is known of a tile. */
export function fullDetails(tile: TileModel, context: PageContext): Detail[] {
  const { reading, description } = tile;
  return [
    ...(description === undefined ? [] : [line("detail.about", description, context)]),
    ...problemDetails(tile, context),
    ...(reading === undefined ? [] : readingDetails(reading, context)),
    line("detail.from", tile.host, context),
    ...availabilityOf(tile, context),
  ];
}

function readingDetails(reading: StoredReading, context: PageContext): Detail[] {
  const { label, message, color, ranAt, run, by } = reading;
  const drawn = badgeSvg(label, message, color);
  const href = webAddress(run);
  return [
    ...(drawn === "" ? [] : [{ term: context.texts.text("detail.badge"), svg: drawn }]),
    ...ruleDetails(reading, context),
    confidenceOf(reading, context),
    ...dated("detail.since", reading.since, context),
    ...dated("detail.read", reading.readAt, context),
    ...dated("detail.ran", ranAt, context),
    ...(href === undefined ? [] : [{ ...line("detail.run", new URL(href).host, context), href }]),
    ...(by === undefined ? [] : [line("detail.by", by, context)]),
  ];
}

function problemDetails({ problem, reading }: TileModel, context: PageContext): Detail[] {
  if (problem === undefined) return [];
  const last = reading === undefined ? "detail.none" : `look.${reading.state}`;
  return [
    ...dated("detail.unread", problem.since, context),
    line("detail.last", context.texts.text(last), context),
  ];
}

function ruleDetails({ rule, conflict }: StoredReading, context: PageContext): Detail[] {
  return [
    line("detail.rule", rule, context),
    ...(conflict === undefined ? [] : [line("detail.conflict", conflict, context)]),
  ];
}

function confidenceOf({ confidence }: StoredReading, context: PageContext): Detail {
  return line("detail.confidence", context.texts.share(confidence, confidence), context);
}

function availabilityOf({ history: { availability } }: TileModel, context: PageContext): Detail[] {
  if (availability === undefined) return [];
  const { least, most } = availability;
  return [line("detail.up", context.texts.share(least, most), context)];
}

function line(key: string, text: string, { texts }: PageContext): Detail {
  return { term: texts.text(key), text };
}

function dated(key: string, iso: string | undefined, { texts, momentOf }: PageContext): Detail[] {
  const moment = momentOf(iso);
  return moment === undefined ? [] : [{ term: texts.text(key), moment }];
}
