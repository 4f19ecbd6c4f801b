import { readBadge } from "../reading/read-badge.ts";
import type { BadgeRecord } from "../state/board-state.ts";
import { evidenceOf } from "./evidence.ts";
import type { Answer } from "./request.ts";

/** Raise it when the reader changes its mind about badges, so that a 304 does not keep an old reading. */
export const READER_VERSION = 2;

export type Outcome =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "none"; readonly reason: string };

/** Answers that are about the badge; every other status is the service's trouble and leaves the last reading. */
const ABOUT_THE_BADGE = new Set([404, 410]);

/** Request headers that let a server say "unchanged", where our last reading may be kept. */
export function validatorsOf(record: BadgeRecord | undefined): Record<string, string> {
  if (record?.reading === undefined || record.readerVersion !== READER_VERSION) return {};
  return {
    ...(record.etag === undefined ? {} : { "if-none-match": record.etag }),
    ...(record.lastModified === undefined ? {} : { "if-modified-since": record.lastModified }),
  };
}

/** What is known of a badge after an attempt to get it at `now` (ISO 8601). */
export function nextRecord(
  previous: BadgeRecord | undefined,
  outcome: Outcome,
  now: string,
): BadgeRecord {
  if (outcome.kind === "none") return withProblem(previous, outcome.reason, now);
  const { httpStatus, headers } = outcome.answer;
  const isConditional = Object.keys(validatorsOf(previous)).length > 0;
  if (httpStatus === 304 && previous?.reading !== undefined && isConditional) {
    const { problem: _solved, ...kept } = previous;
    return { ...kept, reading: { ...previous.reading, readAt: now } };
  }
  const isAnswered = (httpStatus >= 200 && httpStatus < 300) || ABOUT_THE_BADGE.has(httpStatus);
  if (!isAnswered) return withProblem(previous, `the service answered ${httpStatus}`, now);
  const reading = readBadge(evidenceOf(outcome.answer));
  const isSame = previous?.reading?.state === reading.state;
  return {
    reading: { ...reading, readAt: now, since: (isSame && previous?.reading?.since) || now },
    ...(headers.etag === undefined ? {} : { etag: headers.etag }),
    ...(headers["last-modified"] === undefined ? {} : { lastModified: headers["last-modified"] }),
    readerVersion: READER_VERSION,
  };
}

function withProblem(previous: BadgeRecord | undefined, reason: string, now: string): BadgeRecord {
  const since = previous?.problem?.since ?? now;
  return { readerVersion: READER_VERSION, ...previous, problem: { since, reason } };
}
