import type { State } from "../reading/state.ts";

/**
 * A time in which every observation saw the same state and none came late. Between two spans nobody looked, or the state
 * changed at an unknown moment. Times are ISO 8601 in UTC; `from` is the first observation, `to` the last one.
 */
export interface Span {
  readonly state: State;
  readonly from: string;
  readonly to: string;
}
