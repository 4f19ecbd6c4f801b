/** Knows how long each piece of work that is not finished has been going on, from being told of starts and ends alone. */
export class WorkInProgress {
  readonly #starts: number[] = [];
  readonly #now: () => number;

  /** `now` gives ms of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  started(): void {
    this.#starts.push(this.#now());
  }

  /** Of several, the one is finished that has been worked on for about that long. */
  finished(workedSeconds: number): void {
    const began = this.#now() - workedSeconds * 1000;
    let nearest = 0;
    for (const [index, start] of this.#starts.entries()) {
      if (Math.abs(start - began) < Math.abs((this.#starts[nearest] ?? 0) - began)) nearest = index;
    }
    this.#starts.splice(nearest, 1);
  }

  get totalSeconds(): number {
    const now = this.#now();
    return this.#starts.reduce((sum, start) => sum + (now - start) / 1000, 0);
  }

  get longestSeconds(): number {
    return this.#starts.length === 0 ? 0 : (this.#now() - Math.min(...this.#starts)) / 1000;
  }
}
