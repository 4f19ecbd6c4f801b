import type { BadgeConfig } from "../config/config.ts";
import type { BadgeRecord, StoredReading } from "../state/board-state.ts";
import { type Look, wordOf } from "../model/looks.ts";
import { type Moment, momentOf } from "./times.ts";

/** A term and its text, in a tile's "why". */
export interface Detail {
  readonly term: string;
  readonly text: string;
  readonly moment?: Moment;
}

/** One badge as the page shows it. All texts but `look` and `word` come from strangers. */
export interface BadgeTile {
  readonly look: Look;
  readonly word: string;
  readonly label: string;
  readonly message: string;
  readonly link?: string;
  /** When the reading was given or confirmed; missing where there never was one. */
  readonly readAt?: Moment;
  readonly details: readonly Detail[];
}

/**
 * Makes the tile of a badge. Without a fresh reading the tile says so and names the last one: an old green
 * never stays green in silence.
 */
export function badgeTile(badge: BadgeConfig, record: BadgeRecord | undefined): BadgeTile {
  const reading = record?.reading;
  const problem = record === undefined ? NEVER : record.problem;
  const look: Look = problem !== undefined || reading === undefined ? "unread" : reading.state;
  const readAt = momentOf(reading?.readAt);
  return {
    look,
    word: wordOf(look),
    label: badge.label,
    message: problem?.reason ?? messageOf(reading),
    ...(badge.link === undefined ? {} : { link: badge.link }),
    ...(readAt === undefined ? {} : { readAt }),
    details: detailsOf(badge, record),
  };
}

/** The badge's message, or where it has none the reason why nothing is known. */
function messageOf(reading: StoredReading | undefined): string {
  if (reading === undefined || reading.message !== "" || reading.state !== "unknown") {
    return reading?.message ?? "";
  }
  return reading.rule.slice(reading.rule.indexOf(":") + 1).trim();
}

const NEVER = { reason: "not collected yet" };

function detailsOf(badge: BadgeConfig, record: BadgeRecord | undefined): Detail[] {
  const { reading, problem } = record ?? {};
  const details: Detail[] = [];
  if (problem !== undefined) {
    details.push(dated("Unread", problem.since));
    details.push({
      term: "Last",
      text: reading === undefined ? "none" : wordOf(reading.state),
    });
  }
  if (reading !== undefined) {
    const words = [reading.label, reading.message].filter((part) => part !== "").join(": ");
    details.push({ term: "Rule", text: reading.rule });
    if (words !== "") details.push({ term: "Badge", text: words });
    details.push(dated("Since", reading.since));
  }
  details.push({ term: "From", text: new URL(badge.badge).host }); // the address itself may hold a token
  return details;
}

function dated(term: string, iso: string): Detail {
  const moment = momentOf(iso);
  return { term, text: moment?.utc ?? "unknown", ...(moment === undefined ? {} : { moment }) };
}
