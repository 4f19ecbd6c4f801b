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
  /** How sure the rule is, from 0 (nothing was read) to 1 (an explicit mapping, an API, a whole message that is known). */
  readonly confidence: number;
  /** Two pieces of evidence that do not go together, as a sentence: words against colour, badge against API. */
  readonly conflict?: string;
  /** Colour of the badge's message as "#rrggbb", where it is known. */
  readonly color?: string;
  /** When the job ran, in ISO 8601, where the service says so. */
  readonly ranAt?: string;
  /** http(s) address of the run, where the service says so. */
  readonly run?: string;
  /** Who or what began the run, where the service says so. */
  readonly by?: string;
}
