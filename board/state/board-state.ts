import type { Presentation } from "../config/config.ts";
import type { Span } from "../history/span.ts";
import type { Reading } from "../reading/state.ts";
import type { Trial } from "../resilience/trial.ts";
import type { Report } from "../results/report.ts";

/** A badge's last reading that a server answered with. Times are ISO 8601 in UTC. */
export interface StoredReading extends Reading {
  /** When a server last gave or confirmed it. */
  readonly readAt: string;
  /** Since when the state has been the same, as far as was observed. */
  readonly since: string;
}

/** Why there is no fresh reading, and since when. */
export interface Problem {
  readonly since: string;
  readonly reason: string;
  /** Whether the host as a whole is the cause (no answer, 5xx, 429), and not this badge alone. */
  readonly isOfHost?: boolean;
}

/** What is known of one badge. */
export interface BadgeRecord {
  readonly reading?: StoredReading;
  readonly problem?: Problem;
  readonly etag?: string;
  readonly lastModified?: string;
  /** The version of the reader that made the reading; an older one is read anew, not confirmed by 304. */
  readonly readerVersion: number;
  /** What was observed, oldest first; bounded by days and count. */
  readonly history?: readonly Span[];
  /** How many collections in a row have seen the reading's state. */
  readonly inARow?: number;
}

/** What one address said, where a reading is put together from more than one, so that it is not sent again while it is the same. */
export interface Remembered {
  readonly etag?: string;
  readonly lastModified?: string;
  readonly readerVersion: number;
  /** Of a badge or its twin. */
  readonly reading?: Reading;
  /** Of GitHub's API: the part of the answer that is used, JSON. */
  readonly body?: string;
}

/** A results.json that the configuration names, as it was when it was collected. */
export interface CollectedResults {
  readonly source: string;
  readonly readAt: string;
  readonly report?: Report;
  readonly problem?: string;
}

/** The content of state.json: all that `build` needs. Its schema is `board/schema/state.schema.json`. */
export interface BoardState extends Presentation {
  readonly schemaVersion: 1;
  readonly collectedAt: string;
  /** By recordKey() of the badge's configuration. */
  readonly badges: Readonly<Record<string, BadgeRecord>>;
  /** By address and role, what readings with more than one source were made from. */
  readonly remembered?: Readonly<Record<string, Remembered>>;
  /** Hosts that asked to be left alone, or that failed too often in a row, with the time until when. */
  readonly waiting: Readonly<Record<string, string>>;
  readonly results: readonly CollectedResults[];
  /** What each target went through, oldest first: the resilience map's memory. */
  readonly trials: readonly Trial[];
  /** By notification and tile, what was last told. */
  readonly told: Readonly<Record<string, { readonly state: string; readonly at: string }>>;
}
