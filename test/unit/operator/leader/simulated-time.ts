import type { Clock } from "../../../../operator/leader/clock.ts";

interface Timer {
  at: number;
  act: () => void;
}

/** Time that passes only when it is told to: hours take no time. */
export class SimulatedTime {
  now = 0;
  readonly #timers = new Set<Timer>();

  after(ms: number, act: () => void): () => void {
    const timer = { at: this.now + Math.max(0, ms), act };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Does what is due until `end`, one after the other; `each` is called after all that follows from each. */
  async run(end: number, each: () => void): Promise<void> {
    for (;;) {
      let next: Timer | undefined;
      for (const timer of this.#timers) if (!next || timer.at < next.at) next = timer;
      if (!next || next.at > end) return;
      this.#timers.delete(next);
      this.now = Math.max(this.now, next.at);
      next.act();
      await new Promise((resolve) => setImmediate(resolve));
      each();
    }
  }
}

/**
 * The clock of one process: it runs `rate` times as fast as time does, and started at `offset`. While the process is paused its
 * timers are held back and its clock goes on, as with SIGSTOP.
 */
export class ProcessClock implements Clock {
  readonly #time: SimulatedTime;
  readonly #rate: number;
  readonly #offset: number;
  readonly #random: () => number;
  #pausedUntil = 0;

  constructor(
    time: SimulatedTime,
    options: { rate: number; offset: number; random: () => number },
  ) {
    this.#time = time;
    this.#rate = options.rate;
    this.#offset = options.offset;
    this.#random = options.random;
  }

  get isPaused(): boolean {
    return this.#time.now < this.#pausedUntil;
  }

  pauseUntil(at: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, at);
  }

  now(): number {
    return this.#offset + this.#time.now * this.#rate;
  }

  random(): number {
    return this.#random();
  }

  setTimer(ms: number, act: () => void): () => void {
    let cancel = this.#time.after(ms / this.#rate, () => {
      cancel = this.whenAwake(act);
    });
    return () => cancel();
  }

  /** Does it now, or when the process goes on; returns what takes that back. */
  whenAwake(act: () => void): () => void {
    if (this.isPaused) return this.#time.after(this.#pausedUntil - this.#time.now, act);
    act();
    return () => undefined;
  }
}
