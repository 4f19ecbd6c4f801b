import type { Verdict } from "./state.ts";

/** A verdict and how sure it is, from 0 to 1. */
export interface Finding extends Verdict {
  readonly confidence: number;
}

/** How sure each kind of evidence is. The order is what matters; a tile with less than `phrase` is drawn as uncertain. */
export const CONFIDENCE = {
  /** The configuration says it, or a whole message is a word with one meaning, or a service's own form is known. */
  certain: 1,
  /** The service named its file so. */
  filename: 0.9,
  /** A word inside of a sentence. */
  phrase: 0.8,
  /** A number or grade under a label that gives it a scale. */
  number: 0.7,
  /** A fill that one service uses for one state, on a badge which is known to be of that service. */
  ownColor: 0.7,
  /** An id or a comment. */
  mark: 0.6,
  /** Something takes a "passing" back, or two sources disagree. */
  doubt: 0.5,
  /** A fill that is exactly one that some service uses for one state. */
  color: 0.4,
  /** A hue. */
  hue: 0.3,
  /** Nothing was read. */
  nothing: 0,
} as const;
