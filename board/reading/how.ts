import type { State } from "./state.ts";

/** What a configuration says of how one badge is to be read; the first of all evidence. */
export interface How {
  /** What messages mean, compared without regard to case. */
  readonly map?: Readonly<Record<string, State>> | undefined;
  /** Judges the number in the message: from `passing` it passes, from `warning` it warns; less is better where `passing` is below `warning`. */
  readonly thresholds?: { readonly passing: number; readonly warning: number } | undefined;
  /** "info" shows the message and judges nothing; "status" judges it also where its address says that it informs only. */
  readonly treatAs?: "status" | "info" | undefined;
  /** The project's name in a CCTray feed. */
  readonly project?: string | undefined;
}
