import { type HistoryLimits, observe } from "../history/observe.ts";
import type { BadgeRecord, Problem, Remembered } from "../state/board-state.ts";
import type { NoOutcome } from "./answers.ts";
import { READER_VERSION, type Said, type Source } from "./said.ts";

export interface RecordHow extends HistoryLimits {
  /** When it was asked, ISO 8601. */
  readonly at: string;
}

/** What is known of a badge after an attempt to read it. What was not read is not observed: the history has a gap there. */
export function nextRecord(
  previous: BadgeRecord | undefined,
  said: Said,
  how: RecordHow,
): BadgeRecord {
  return said.kind === "read"
    ? withReading(previous, said, how)
    : { readerVersion: READER_VERSION, ...previous, problem: problemOf(previous, said, how.at) };
}

/** What a record without further sources remembers of its badge. */
export function rememberedIn(record: BadgeRecord | undefined): Remembered | undefined {
  if (record?.reading === undefined) return undefined;
  const { readAt: _readAt, since: _since, ...reading } = record.reading;
  const { readerVersion, etag, lastModified } = record;
  return {
    reading,
    readerVersion,
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}

function withReading(
  previous: BadgeRecord | undefined,
  { reading, etag, lastModified }: Source,
  how: RecordHow,
): BadgeRecord {
  const { at } = how;
  const known = previous?.reading;
  const isSame = known?.state === reading.state;
  return {
    reading: { ...reading, readAt: at, since: isSame ? known.since : at },
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
    readerVersion: READER_VERSION,
    history: observe(previous?.history ?? [], { state: reading.state, at }, how),
    inARow: isSame ? (previous?.inARow ?? 1) + 1 : 1,
  };
}

const PAUSE = "; not asked again before ";

/** A host that is left alone keeps the cause that led to it, and the time since when. */
function problemOf(previous: BadgeRecord | undefined, none: NoOutcome, at: string): Problem {
  const { reason, isOfHost, pausedUntil } = none;
  const since = previous?.problem?.since ?? at;
  const ofHost = isOfHost ? { isOfHost } : {};
  if (pausedUntil === undefined) return { since, reason, ...ofHost };
  const known = previous?.problem?.isOfHost === true ? previous.problem.reason : undefined;
  const cause = known?.split(PAUSE)[0] ?? reason;
  const until = new Date(pausedUntil).toISOString().slice(0, 16).replace("T", " ");
  return { since, reason: `${cause}${PAUSE}${until} UTC`, ...ofHost };
}
