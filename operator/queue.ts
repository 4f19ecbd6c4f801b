const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1; // setTimeout takes a longer one for 1 ms: https://nodejs.org/api/timers.html

/**
 * A work queue of keys, after client-go's: a key that is added many times waits once, a key that is added while it is worked
 * on comes again afterwards, and never do two workers hold one key. Of the keys that wait, the one of highest priority is
 * next, the oldest first. https://pkg.go.dev/k8s.io/client-go/util/workqueue
 */
export class Queue {
  readonly #waiting = new Map<string, number>();
  readonly #working = new Set<string>();
  readonly #again = new Map<string, number>();
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; dueAt: number }>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  readonly #clock: { now(): number; random(): number };
  #isClosed = false;

  constructor(clock: { now(): number; random(): number }) {
    this.#clock = clock;
  }

  /** How many keys wait to be worked on now. */
  get depth(): number {
    return this.#waiting.size;
  }

  add(key: string, priority = 0): void {
    if (this.#isClosed) return;
    const place = this.#working.has(key) ? this.#again : this.#waiting;
    place.set(key, Math.max(priority, place.get(key) ?? priority));
    this.#serve();
  }

  /** Adds `key` in `ms`, or earlier where that is more than a timer can hold. Of several such promises for one key the earliest is kept. */
  addAfter(key: string, ms: number): void {
    if (this.#isClosed) return;
    const waitMs = Math.min(Math.max(ms, 0), LONGEST_TIMER_MS);
    const dueAt = this.#clock.now() + waitMs;
    const known = this.#timers.get(key);
    if (known && known.dueAt <= dueAt) return;
    clearTimeout(known?.timer);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.add(key);
    }, waitMs);
    this.#timers.set(key, { timer, dueAt });
  }

  /** Adds `key` after a delay that doubles with each failure in a row, from 0.2 to 60 s, half of it drawn by chance. */
  retry(key: string, atLeastMs = 0): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const full = Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS);
    const ms = Math.max(atLeastMs, full * (0.5 + 0.5 * this.#clock.random()));
    this.addAfter(key, ms);
    return ms;
  }

  /** Forgets the failures of `key`. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, or undefined once the queue is closed. Call `done` when it was worked on. */
  take(): Promise<string | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#takers.push(resolve);
    this.#serve();
    return promise;
  }

  done(key: string): void {
    this.#working.delete(key);
    const priority = this.#again.get(key);
    if (priority === undefined) return;
    this.#again.delete(key);
    this.add(key, priority);
  }

  close(): void {
    this.#isClosed = true;
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  #serve(): void {
    while (this.#takers.length > 0 && this.#waiting.size > 0) {
      const key = this.#next();
      this.#waiting.delete(key);
      this.#working.add(key);
      this.#takers.shift()?.(key);
    }
  }

  #next(): string {
    let best = "";
    let highest = Number.NEGATIVE_INFINITY;
    for (const [key, priority] of this.#waiting) {
      if (priority > highest) [best, highest] = [key, priority];
    }
    return best;
  }
}
