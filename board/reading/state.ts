/** What a badge can be saying; the vocabulary of the board, of `explain` and of state.json. */
export const STATES = [
  "passing",
  "failing",
  "warning",
  "running",
  "cancelled",
  "skipped",
  "unknown",
  "info",
] as const;

export type State = (typeof STATES)[number];

/** A state and the rule that decided it, as a sentence that begins with the kind of evidence. */
export interface Verdict {
  readonly state: State;
  readonly rule: string;
}

/** One badge, read: shields' own words `label` and `message`, and what the two mean. */
export interface Reading extends Verdict {
  readonly label: string;
  readonly message: string;
}
