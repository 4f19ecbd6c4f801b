/** The Date header counts whole seconds, so it is behind by up to one: https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1 */
const GRAIN_MS = 1000;

/**
 * The API server's time, by the Date header of its answers and by the monotonic clock between them, in ms since the epoch. It
 * is behind by a second at most, and by the time that an answer takes. What the API server has written (creation, deletion)
 * is compared with this, since this machine's own clock may be off, or jump. Before the first answer it is this machine's.
 */
export class ServerClock {
  readonly #elapsedMs: () => number;
  readonly #ownMs: () => number;
  #heard: { date: string; serverMs: number; atMs: number } | undefined;

  constructor(elapsedMs: () => number, ownMs: () => number) {
    this.#elapsedMs = elapsedMs;
    this.#ownMs = ownMs;
  }

  /** Takes in the Date header of an answer; none, and one that is no date, count for nothing. */
  hear(date: string | readonly string[] | undefined): void {
    if (typeof date !== "string" || date === this.#heard?.date) return;
    const serverMs = Date.parse(date);
    if (Number.isNaN(serverMs)) return;
    const behindMs = this.now() - serverMs;
    const isKnownBetter = this.#heard && behindMs >= 0 && behindMs <= GRAIN_MS;
    if (!isKnownBetter) this.#heard = { date, serverMs, atMs: this.#elapsedMs() };
  }

  now(): number {
    if (!this.#heard) return this.#ownMs();
    return this.#heard.serverMs + this.#elapsedMs() - this.#heard.atMs;
  }
}
