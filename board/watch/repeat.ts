import { setTimeout as delay } from "node:timers/promises";

/**
 * Does `round` at once and then every `everyMs`, from begin to begin, until `signal`. Rounds never overlap: one that takes longer
 * than the interval is followed at once by the next. What a round throws goes to `failed`, and the next one is the retry.
 */
export async function repeat(
  round: () => Promise<void>,
  {
    everyMs,
    signal,
    failed,
  }: {
    readonly everyMs: number;
    readonly signal: AbortSignal;
    readonly failed: (error: unknown) => void;
  },
): Promise<void> {
  while (!signal.aborted) {
    const next = Date.now() + everyMs;
    await round().catch(failed);
    await delay(Math.max(0, next - Date.now()), undefined, { signal }).catch(() => undefined);
  }
}
