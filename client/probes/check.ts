import { type Discover, discovery } from "../../kubernetes/discovery.ts";
import { formatSpan } from "../duration.ts";
import { checkCommand } from "./check-command.ts";
import { checkCondition } from "./check-condition.ts";
import { checkHttp } from "./check-http.ts";
import { checkTcp } from "./check-tcp.ts";
import type { ProbeContext } from "./context.ts";
import type { Probe } from "./probe.ts";
import { CheckFailure, oneLine, troubleOf } from "./words.ts";

/** What one check came to. */
export interface Attempt {
  ok: boolean;
  /** Why it failed, in one line of at most 300 characters; empty if it succeeded. */
  message: string;
  ms: number;
}

/** Checks a probe once. It never throws, and ends within the probe's timeout or as soon as the signal is aborted. */
export type CheckOnce = (probe: Probe, signal: AbortSignal) => Promise<Attempt>;

/** A CheckOnce; one for all checks of a run, since it remembers what it found out about the API server. */
export function checker(context: ProbeContext): CheckOnce {
  const discover = context.client && discovery(context.client);
  return async (probe, signal) => {
    const began = performance.now();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), probe.timeoutMs);
    const either = AbortSignal.any([signal, limit.signal]);
    const attempt = (ok: boolean, message: string): Attempt => ({
      ...{ ok, message: oneLine(message) },
      ms: Math.round(performance.now() - began),
    });
    try {
      await Promise.race([act(probe, context, { discover, signal: either }), cutOff(either)]);
      return attempt(true, "");
    } catch (error) {
      const detail = error instanceof CheckFailure ? error.message : "";
      if (signal.aborted) return attempt(false, "interrupted");
      if (limit.signal.aborted) {
        const after = `no success within ${formatSpan(probe.timeoutMs)}`;
        return attempt(false, detail === "" ? after : `${after}: ${detail}`);
      }
      return attempt(false, detail || troubleOf(error));
    } finally {
      clearTimeout(timer);
    }
  };
}

async function act(
  { check }: Probe,
  { client, workspace, environment, temp }: ProbeContext,
  { discover, signal }: { discover: Discover | undefined; signal: AbortSignal },
): Promise<void> {
  switch (check.kind) {
    case "http":
      return checkHttp(check, signal);
    case "tcp":
      return checkTcp(check, signal);
    case "command":
      return checkCommand(check, { workspace, environment, temp, signal });
    case "condition":
      if (!client || !discover)
        throw new CheckFailure("there is no cluster to ask for a condition");
      return checkCondition(check, { client, discover, signal });
  }
}

/** Rejects once the signal is aborted; a moment later, so that a check can say itself what it has seen. */
function cutOff(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = () => setImmediate(() => reject(signal.reason));
  if (signal.aborted) late();
  else signal.addEventListener("abort", late, { once: true });
  return promise;
}
