import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../../kubernetes/client.ts";
import { ApiError, hasReason } from "../../kubernetes/errors.ts";
import { pathOf } from "../../kubernetes/resources.ts";
import type { Log } from "../log.ts";
import { type Event, events } from "./event.ts";
import { TokenBucket } from "./token-bucket.ts";

/** An Event is a write to etcd like any other; a burst of actions must not be slowed by what is said of them. */
const LIMITS = { perSecond: 10, burst: 50 };
const LONGEST_QUEUE = 1000;
const TRIES = 4;
const FIRST_DELAY_MS = 500;
const ANSWER_MS = 5_000;

export type EventResult = "written" | "known" | "dropped" | "failed";

/**
 * Writes Events one after the other, warnings first, in the background. It never fails and never makes anybody wait; what is too
 * much is dropped, the oldest first and warnings last, and counted by `onResult`.
 */
export class EventWriter {
  readonly #options: { client: Client; log: Log; onResult(result: EventResult): void };
  readonly #bucket = new TokenBucket(LIMITS);
  readonly #waiting: Record<Event["type"], Event[]> = { Warning: [], Normal: [] };
  #writing: Promise<void> | undefined;

  constructor(options: { client: Client; log: Log; onResult(result: EventResult): void }) {
    this.#options = options;
  }

  add(event: Event): void {
    const { Warning, Normal } = this.#waiting;
    if (Warning.length + Normal.length >= LONGEST_QUEUE) {
      const dropped = Normal.shift() ?? Warning.shift();
      if (dropped) this.#options.onResult("dropped");
    }
    this.#waiting[event.type].push(event);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Waits until everything is written, for `ms` at most. */
  async flush(ms: number): Promise<void> {
    const end = new AbortController();
    const late = delay(ms, undefined, { signal: end.signal }).catch(() => undefined);
    await Promise.race([this.#writing, late]);
    end.abort();
  }

  async #writeAll(): Promise<void> {
    const next = () => this.#waiting.Warning.shift() ?? this.#waiting.Normal.shift();
    for (let event = next(); event; event = next()) {
      for (let waitMs = this.#bucket.take(performance.now()); waitMs > 0; ) {
        await delay(waitMs);
        waitMs = this.#bucket.take(performance.now());
      }
      this.#options.onResult(await this.#write(event));
    }
  }

  async #write(event: Event): Promise<EventResult> {
    const { client, log } = this.#options;
    const { namespace, name } = event.metadata;
    for (let attempt = 1; ; attempt++) {
      try {
        const path = pathOf(events, { namespace });
        const signal = AbortSignal.timeout(ANSWER_MS);
        await client.request({ method: "POST", path, body: event, signal });
        return "written";
      } catch (error) {
        if (hasReason(error, "AlreadyExists")) return "known";
        if (!isPassing(error) || attempt === TRIES) {
          log.warn("event not written", {
            action: `${namespace}/${event.regarding.name}`,
            ...{ event: name, reason: event.reason, error },
          });
          return "failed";
        }
        const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
        await delay(Math.max(asked, FIRST_DELAY_MS * 2 ** (attempt - 1)));
      }
    }
  }
}

/** Whether the next try may succeed. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ApiError) || error.code === 429 || error.code >= 500;
}
