import { setTimeout as delay } from "node:timers/promises";
import { ApiError, hasReason } from "../kubernetes/errors.ts";

const RETRY_MS = 1000;
const CONFLICT_RETRY_MS = 50;

/** For how long to try again, by which clock. */
export interface Patience {
  deadlineMs: number;
  now: () => number;
}

/** Tries again where the API server was away or overloaded, or somebody else wrote meanwhile. */
export async function retried<T>({ deadlineMs, now }: Patience, act: () => Promise<T>): Promise<T> {
  const end = now() + deadlineMs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const isConflict = hasReason(error, "Conflict");
      const isFinal = error instanceof ApiError && error.code < 500 && error.code !== 429;
      if ((isFinal && !isConflict) || now() + RETRY_MS > end) throw error;
      await delay(isConflict ? CONFLICT_RETRY_MS : RETRY_MS);
    }
  }
}
