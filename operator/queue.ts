import { NO_OBSERVER, type QueueObserver } from "./observer.ts";

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 60_000;
/** Node keeps a list of timers for each length, so long ones are few: a longer wait than this is one of whole seconds. */
const LONG_WAIT_MS = 5_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1; // setTimeout takes a longer one for 1 ms: https://nodejs.org/api/timers.html

/**
 * A work queue of keys, after client-go's: a key that is added many times waits once, a key that is added while it is worked
 * on comes again afterwards, and never do two workers hold one key. Of the keys that wait, the one of highest priority is
 * next, the oldest first. https://pkg.go.dev/k8s.io/client-go/util/workqueue
 */
export class Queue {
  readonly #waiting = new Map<string, { priority: number; addedAt: number }>();
  /** The same keys by priority, highest first; each set in the order of their coming. */
  readonly #lines: { priority: number; keys: Set<string> }[] = [];
  readonly #working = new Map<string, number>();
  readonly #again = new Map<string, number>();
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; dueAt: number }>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  readonly #clock: { now(): number; random(): number };
  readonly #observer: QueueObserver;
  #isClosed = false;

  /** The clock counts milliseconds. */
  constructor(
    clock: { now(): number; random(): number },
    observer: QueueObserver = NO_OBSERVER.queue,
  ) {
    this.#clock = clock;
    this.#observer = observer;
  }

  /** How many keys wait to be worked on now. */
  get depth(): number {
    return this.#waiting.size;
  }

  add(key: string, priority = 0): void {
    if (this.#isClosed) return;
    if (this.#working.has(key)) {
      this.#again.set(key, Math.max(priority, this.#again.get(key) ?? priority));
      return;
    }
    const known = this.#waiting.get(key);
    if (known && known.priority >= priority) return;
    if (known) this.#leave(key, known.priority);
    else this.#observer.added();
    this.#waiting.set(key, { priority, addedAt: known?.addedAt ?? this.#clock.now() });
    this.#lineOf(priority).add(key);
    this.#observer.depth(this.#waiting.size);
    this.#serve();
  }

  /**
   * Adds `key` in `ms`, or up to a second later, or earlier where that is more than a timer can hold. Of several such promises for
   * one key the earliest is kept.
   */
  addAfter(key: string, ms: number): void {
    if (this.#isClosed) return;
    const wholeMs = ms > LONG_WAIT_MS ? Math.ceil(ms / 1000) * 1000 : Math.max(ms, 0);
    const waitMs = Math.min(wholeMs, LONGEST_TIMER_MS);
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
    this.#observer.retried();
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const full = Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS);
    const ms = Math.max(atLeastMs, full * (0.5 + 0.5 * this.#clock.random()));
    this.addAfter(key, ms);
    return ms;
  }

  /** Forgets the failures of `key`, and that it was to be added later. */
  forget(key: string): void {
    this.#failures.delete(key);
    clearTimeout(this.#timers.get(key)?.timer);
    this.#timers.delete(key);
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
    const startedAt = this.#working.get(key);
    if (startedAt !== undefined) this.#observer.finished((this.#clock.now() - startedAt) / 1000);
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
      const { priority, addedAt } = this.#waiting.get(key) as { priority: number; addedAt: number };
      this.#waiting.delete(key);
      this.#leave(key, priority);
      const now = this.#clock.now();
      this.#working.set(key, now);
      this.#observer.depth(this.#waiting.size);
      this.#observer.started((now - addedAt) / 1000);
      this.#takers.shift()?.(key);
    }
  }

  #next(): string {
    for (const { keys } of this.#lines) for (const key of keys) return key;
    throw new Error("A queue that has waiting keys has no line for them.");
  }

  #lineOf(priority: number): Set<string> {
    const found = this.#lines.find((line) => line.priority === priority);
    if (found) return found.keys;
    const keys = new Set<string>();
    this.#lines.push({ priority, keys });
    this.#lines.sort((a, b) => b.priority - a.priority);
    return keys;
  }

  #leave(key: string, priority: number): void {
    this.#lineOf(priority).delete(key);
  }
}
