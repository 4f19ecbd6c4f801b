import { countLooks, type Look, wordOf } from "../model/looks.ts";
import { plainText } from "../outputs/plain-text.ts";
import type { BoardState } from "../state/board-state.ts";
import { type Change, isBad } from "./changes.ts";

const MOST_LINES = 30; // Teams takes 28 KB, ntfy 4 KB
const LONGEST_NAME = 100; // characters
const LONGEST_MESSAGE = 120;
const LONGEST_LINK = 500;

/** One change in words. All texts are plain, on one line, and strangers'. */
export interface DigestLine {
  readonly look: Look;
  readonly name: string;
  /** "is failing, before passing: 3 tests failed" */
  readonly text: string;
  readonly link?: string;
}

/** All changes that one message tells. */
export interface Digest {
  readonly board: string;
  readonly site?: string;
  readonly collectedAt: string;
  /** "2 failing, 1 passing" */
  readonly headline: string;
  readonly lines: readonly DigestLine[];
  /** How many changes there are beyond the lines. */
  readonly more: number;
  readonly hasFailing: boolean;
  /** Whether anything turned failing or warning. */
  readonly hasBad: boolean;
}

/** Sums changes up for one message, the worst first. Pure. */
export function digestOf(
  { title, site, collectedAt }: Pick<BoardState, "title" | "site" | "collectedAt">,
  changes: readonly Change[],
): Digest {
  const counts = countLooks(changes.map(({ to }) => to));
  const sorted = counts.flatMap(({ look }) => changes.filter(({ to }) => to === look));
  return {
    board: plainText(title, LONGEST_NAME) || "Badgeboard",
    ...(site === undefined ? {} : { site }),
    collectedAt,
    headline: counts.map(({ count, look }) => `${count} ${wordOf(look)}`).join(", "),
    lines: sorted.slice(0, MOST_LINES).map(lineOf),
    more: Math.max(0, sorted.length - MOST_LINES),
    hasFailing: changes.some(({ to }) => to === "failing"),
    hasBad: changes.some(({ to }) => isBad(to)),
  };
}

/** A line as plain text, for those who are told nothing but text. */
export function plainLine({ name, text }: DigestLine): string {
  return `${name} ${text}`;
}

function lineOf({ group, label, message, to, from, link }: Change): DigestLine {
  const before = from === undefined ? "" : `, before ${plainText(from)}`;
  const words = plainText(message, LONGEST_MESSAGE);
  return {
    look: to,
    name: plainText(`${group} / ${label}`, LONGEST_NAME),
    text: `is ${wordOf(to)}${before}${words === "" || words === to ? "" : `: ${words}`}`,
    ...(link === undefined || link.length > LONGEST_LINK ? {} : { link }),
  };
}
