/** Time as a process sees it. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** From 0 to 1. */
  random(): number;
  /** Calls `act` in `ms`; returns what takes that back. */
  setTimer(ms: number, act: () => void): () => void;
}

export const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  random: Math.random,
  setTimer: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves in `ms`, or as soon as `signal` says so. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.setTimer(ms, end);
    signal.addEventListener("abort", end);
  });
}
