import type { NoOutcome, Outcome } from "./answers.ts";
import { leaveAloneUntil } from "./retry-after.ts";

/** So many failures of a host without an answer in between, and it is left alone. */
export const FAILURES_IN_A_ROW = 5;
const SHORTEST_PAUSE_MS = 5 * 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

export interface HostMemory {
  /** Until when it is left alone, in ms since 1970, as an earlier collection left it. */
  readonly pausedUntil?: number;
  /** Since when it has been failing, in ms since 1970. */
  readonly failingSince?: number;
}

/**
 * One host: at most `width` requests at a time, and none while it is left alone. That is for as long as it asks, or, after
 * five failures in a row, for as long as it has been failing: five minutes to an hour. After a pause a single request goes first;
 * the others wait for what comes of it.
 */
export class Host {
  readonly #memory: HostMemory;
  #width: number;
  readonly #fullWidth: number;
  #open = 0;
  readonly #queue: Array<() => void> = [];
  #failures = 0;
  #mostFailures = FAILURES_IN_A_ROW;
  #pausedUntil: number;
  #lastReason: string | undefined;

  constructor(width: number, memory: HostMemory) {
    this.#memory = memory;
    this.#fullWidth = width;
    this.#width = width;
    this.#pausedUntil = memory.pausedUntil ?? 0;
    if (memory.pausedUntil === undefined) return;
    this.#width = 1;
    this.#mostFailures = 1;
  }

  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  /** Waits for a turn. Each has to be ended by `leave`. */
  async enter(): Promise<void> {
    this.#open += 1;
    if (this.#open <= this.#width) return;
    this.#open -= 1;
    await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  /** Ends a turn and begins those of others. */
  leave(): void {
    this.#open -= 1;
    while (this.#open < this.#width) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#open += 1;
      next();
    }
  }

  /** Why it is not to be asked at `now`, if it is not. */
  refusal(now: number): NoOutcome | undefined {
    if (this.#pausedUntil <= now) return undefined;
    const reason = this.#lastReason ?? "the host failed, or asked to be left alone";
    return { kind: "none", reason, isOfHost: true, pausedUntil: this.#pausedUntil };
  }

  /** Learns that it answers, if only with a redirect to another. */
  works(): void {
    this.#failures = 0;
    this.#mostFailures = FAILURES_IN_A_ROW;
    this.#width = this.#fullWidth;
  }

  /** Learns from an outcome at `now`. */
  note(outcome: Outcome, now: number): void {
    const failure = failureOf(outcome);
    if (failure === undefined) {
      this.works();
    } else {
      this.#failures += 1;
      this.#lastReason = failure;
    }
    const asked =
      outcome.kind === "answer"
        ? leaveAloneUntil(outcome.answer.httpStatus, outcome.answer.headers, now)
        : undefined;
    if (asked !== undefined) {
      this.#pausedUntil = Math.max(this.#pausedUntil, asked);
      this.#lastReason = `the service answered ${outcome.kind === "answer" ? outcome.answer.httpStatus : ""}`;
    } else if (failure !== undefined && this.#failures >= this.#mostFailures) {
      this.#pausedUntil = Math.max(this.#pausedUntil, now + this.#pauseMs(now));
    }
  }

  #pauseMs(now: number): number {
    const failingFor = now - (this.#memory.failingSince ?? now);
    return Math.min(Math.max(failingFor, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
  }
}

/** The reason where the host as a whole failed: it gave no answer, or one of 429 and 5xx. */
function failureOf(outcome: Outcome): string | undefined {
  if (outcome.kind === "none") return outcome.isOfHost ? outcome.reason : undefined;
  const { httpStatus } = outcome.answer;
  return isHostTrouble(httpStatus) ? `the service answered ${httpStatus}` : undefined;
}

/** Whether a status is about the service, not about one address. */
export function isHostTrouble(httpStatus: number): boolean {
  return httpStatus === 429 || httpStatus >= 500;
}
