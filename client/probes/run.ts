import { setTimeout as delay } from "node:timers/promises";
import { type CheckOnce, checker } from "./check.ts";
import type { ProbeContext } from "./context.ts";
import type { Probe, ProbeEnding } from "./probe.ts";
import { Tally } from "./tally.ts";

/** Probes under way. */
export interface ProbeWatch {
  /**
   * Ends them, and says what each came to. A first check is waited for, however short the fault was; a later one that is under
   * way counts for nothing. A probe that never succeeded is breached, since nothing says that the application was there.
   */
  stop(): Promise<ProbeEnding[]>;
}

/**
 * Asks all probes of a phase at once, each again after its interval until it succeeds or has failed as often as makes a
 * breach. An abort of the context's signal is a breach of those that have not succeeded by then.
 */
export function settle(
  probes: readonly Probe[],
  phase: "before" | "after",
  context: ProbeContext,
): Promise<ProbeEnding[]> {
  const check = checker(context);
  return Promise.all(
    probes
      .filter(({ when }) => when.includes(phase))
      .map((probe) =>
        settleOne(probe, { ...context, tally: new Tally(probe, phase, context), check }),
      ),
  );
}

/**
 * Asks all probes of the phase "during", the first time at once, until `stop` or a breach. Each breach is told once, when it
 * happens; that probe is asked no more, and the others are. If the context's signal is aborted before `stop`, what is not
 * breached yet is breached for that reason.
 */
export function watchProbes(
  probes: readonly Probe[],
  context: ProbeContext & { onBreach: (ending: ProbeEnding) => void },
): ProbeWatch {
  const check = checker(context);
  const stopped = new AbortController();
  const endings = Promise.all(
    probes
      .filter(({ when }) => when.includes("during"))
      .map((probe) => {
        const tally = new Tally(probe, "during", context);
        return watchOne(probe, { ...context, tally, check, stopped: stopped.signal });
      }),
  );
  endings.catch(() => undefined); // what onBreach throws is for who stops
  return {
    stop: () => {
      // After an interruption it is not the fault's end that ends them.
      if (!context.signal.aborted) stopped.abort();
      return endings;
    },
  };
}

interface Under extends ProbeContext {
  tally: Tally;
  check: CheckOnce;
}

async function settleOne(probe: Probe, { tally, check, signal }: Under): Promise<ProbeEnding> {
  while (!signal.aborted) {
    const began = performance.now();
    const attempt = await check(probe, signal);
    if (!attempt.ok && signal.aborted) break;
    tally.add(attempt);
    if (attempt.ok) return tally.passed();
    if (tally.isBreached) return tally.breached();
    await pause(probe, began, signal);
  }
  return tally.breached("It was interrupted before it succeeded");
}

async function watchOne(
  probe: Probe,
  context: Under & { stopped: AbortSignal; onBreach: (ending: ProbeEnding) => void },
): Promise<ProbeEnding> {
  const { tally, check, stopped } = context;
  const signal = AbortSignal.any([stopped, context.signal]);
  while (!signal.aborted) {
    const began = performance.now();
    const until = tally.checks === 0 ? context.signal : signal;
    const attempt = await check(probe, until);
    if (!attempt.ok && until.aborted) break;
    tally.add(attempt);
    if (tally.isBreached) {
      const ending = tally.breached();
      context.onBreach(ending);
      return ending;
    }
    await pause(probe, began, signal);
  }
  if (tally.checks === 0)
    return tally.breached("It was never asked, because no fault acted or the run was ended");
  if (!stopped.aborted)
    return tally.breached("It was interrupted, and what came then is not known");
  if (!tally.hasSucceeded) return tally.breached("No check succeeded while the fault held");
  return tally.passed();
}

/** Until the next check is due, counted from the beginning of the last. */
async function pause(probe: Probe, began: number, signal: AbortSignal): Promise<void> {
  const ms = Math.max(0, began + probe.intervalMs - performance.now());
  await delay(ms, undefined, { signal }).catch(() => undefined); // an abort is seen by the caller
}
