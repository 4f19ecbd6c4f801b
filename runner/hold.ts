import type { Interrupts } from "./interrupts.ts";

/** Why a fault is held no longer. */
export type HoldEnd = "duration" | "reserve" | "stop" | "signal";

/** Waits until `atMs`, where it is over for that `reason`, or until somebody asks for the end. */
export function hold(options: {
  atMs: number;
  reason: "duration" | "reserve";
  interrupts: Interrupts;
  nowMs: number;
}): Promise<HoldEnd> {
  const { atMs, reason, interrupts, nowMs } = options;
  const asked = AbortSignal.any([interrupts.stop, interrupts.terminated]);
  const why = () => (interrupts.terminated.aborted ? "signal" : "stop");
  if (asked.aborted) return Promise.resolve(why());
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(reason), Math.max(0, Math.min(atMs - nowMs, 2 ** 31 - 1)));
    const ask = () => end(why());
    const end = (value: HoldEnd) => {
      clearTimeout(timer);
      asked.removeEventListener("abort", ask);
      resolve(value);
    };
    asked.addEventListener("abort", ask);
  });
}
