import type { How } from "../reading/how.ts";
import { readBadge } from "../reading/read-badge.ts";
import type { Reading } from "../reading/state.ts";
import type { Remembered } from "../state/board-state.ts";
import type { NoOutcome, Outcome } from "./answers.ts";
import { evidenceOf } from "./evidence.ts";
import { isHostTrouble } from "./host.ts";
import type { Answer } from "./request.ts";

/** Raise it when the reader changes its mind about badges, so that a 304 does not keep an old reading. */
export const READER_VERSION = 4;

/** What one address said: a reading, with what is needed to ask whether it is still the same; or why there is none. */
export type Said = Source | NoOutcome;

export interface Source {
  readonly kind: "read";
  readonly reading: Reading;
  readonly etag?: string;
  readonly lastModified?: string;
}

/** Answers that are about the badge; every other status is the service's trouble and leaves the last reading. */
const ABOUT_THE_BADGE = new Set([404, 410]);

/** Request headers that let a server say "unchanged", where what was remembered may be kept. */
export function validatorsOf(known: Remembered | undefined): Record<string, string> {
  if (known?.readerVersion !== READER_VERSION) return {};
  if (known.reading === undefined && known.body === undefined) return {};
  return {
    ...(known.etag === undefined ? {} : { "if-none-match": known.etag }),
    ...(known.lastModified === undefined ? {} : { "if-modified-since": known.lastModified }),
  };
}

export interface Asked {
  readonly address: string;
  readonly known: Remembered | undefined;
}

/** Reads what came of asking for a badge or its twin; `known` is what the validators were taken from. */
export function saidOf(outcome: Outcome, { address, known }: Asked, how: How): Said {
  if (outcome.kind === "none") return outcome;
  const { httpStatus } = outcome.answer;
  const isConditional = Object.keys(validatorsOf(known)).length > 0;
  if (httpStatus === 304 && known?.reading !== undefined && isConditional) {
    return { kind: "read", reading: known.reading, ...keptValidators(known) };
  }
  const isAnswered = (httpStatus >= 200 && httpStatus < 300) || ABOUT_THE_BADGE.has(httpStatus);
  if (isAnswered) {
    const reading = readBadge(evidenceOf(outcome.answer, address), how);
    return { kind: "read", reading, ...validatorsIn(outcome.answer) };
  }
  const reason = `the service answered ${httpStatus}`;
  const isOfHost = isHostTrouble(httpStatus) && isSameHost(outcome.answer.url, address);
  return { kind: "none", reason, isOfHost };
}

/** The validators of an answer, under the names of the state. */
export function validatorsIn({ headers }: Answer): Pick<Remembered, "etag" | "lastModified"> {
  const { etag, "last-modified": lastModified } = headers;
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}

/** What is to be remembered of a source. */
export function rememberedOf(source: Source): Remembered {
  const { kind: _kind, ...kept } = source;
  return { ...kept, readerVersion: READER_VERSION };
}

function isSameHost(one: string, other: string): boolean {
  return one === other || new URL(one).host === new URL(other).host;
}

function keptValidators(known: Remembered): Pick<Remembered, "etag" | "lastModified"> {
  return {
    ...(known.etag === undefined ? {} : { etag: known.etag }),
    ...(known.lastModified === undefined ? {} : { lastModified: known.lastModified }),
  };
}
