import type { Answer } from "./request.ts";

/** What came of asking for an address. Reasons are sentences for a tile; they hold no query and no token. */
export type Outcome = { readonly kind: "answer"; readonly answer: Answer } | NoOutcome;

export interface NoOutcome {
  readonly kind: "none";
  readonly reason: string;
  /** Whether the host as a whole is the cause, and not this address alone. */
  readonly isOfHost: boolean;
  /** The host was not asked at all and will not be before this time, in ms since 1970. */
  readonly pausedUntil?: number;
}

export interface AskHow {
  /** Request headers, such as If-None-Match. They are not sent to where a redirect leads outside of the origin. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The most that the body may have, in bytes, as sent and as unpacked. */
  readonly bodyLimitBytes?: number;
}

/** Where answers come from: the network, or a recording of it. */
export interface Answers {
  /** Asks for an http(s) address. Never throws for the address's sake. */
  get(address: string, how?: AskHow): Promise<Outcome>;
  /** Hosts that are to be left alone, with the time until when, in ms since 1970. */
  waiting(): ReadonlyMap<string, number>;
}
