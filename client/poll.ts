import { setTimeout as delay } from "node:timers/promises";
import { formatSpan } from "./duration.ts";

/**
 * Asks again and again, every `everyMs` (default 500), until `check` answers something other than undefined, and returns that.
 *
 * @throws after `timeoutMs`, with `what` and what `seen` last said; at once what `check` throws, or the signal's reason.
 */
export async function poll<T>(
  check: () => Promise<T | undefined>,
  options: {
    what: string;
    seen: () => string;
    timeoutMs: number;
    everyMs?: number;
    signal?: AbortSignal | undefined;
  },
): Promise<T> {
  const began = performance.now();
  for (;;) {
    options.signal?.throwIfAborted();
    const answer = await check();
    if (answer !== undefined) return answer;
    if (performance.now() - began > options.timeoutMs) {
      throw new Error(
        `Waited ${formatSpan(options.timeoutMs)} for ${options.what}; last seen: ${options.seen()}.`,
      );
    }
    await delay(options.everyMs ?? 500);
  }
}
