import type { GroupConfig } from "../config.ts";
import type { Reading } from "../reading/state.ts";
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
}

/** What is known of one badge's address. */
export interface BadgeRecord {
  readonly reading?: StoredReading;
  readonly problem?: Problem;
  readonly etag?: string;
  readonly lastModified?: string;
  /** The version of the reader that made the reading; an older one is read anew, not confirmed by 304. */
  readonly readerVersion: number;
}

/** A results.json that the configuration names, as it was when it was collected. */
export interface CollectedResults {
  readonly source: string;
  readonly readAt: string;
  readonly report?: Report;
  readonly problem?: string;
}

/** The content of state.json: all that `build` needs. Its schema is `board/schema/state.schema.json`. */
export interface BoardState {
  readonly schemaVersion: 1;
  readonly title: string;
  readonly staleAfterHours: number;
  readonly collectedAt: string;
  readonly groups: readonly GroupConfig[];
  /** By the badge's address. */
  readonly badges: Readonly<Record<string, BadgeRecord>>;
  /** Hosts that asked to be left alone, with the time until when. */
  readonly waiting: Readonly<Record<string, string>>;
  readonly results: readonly CollectedResults[];
}
