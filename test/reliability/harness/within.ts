import { setTimeout as delay } from "node:timers/promises";
import { ApiError, ConnectionError } from "../../../kubernetes/errors.ts";

const POLL_MS = 50;

/** Whether `holds` comes true within `ms`. An API server that is away is waited for like everything else. */
export async function isWithin(ms: number, holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + ms;
  for (;;) {
    try {
      if (await holds()) return true;
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof ConnectionError)) throw error;
    }
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
}
