import type { Interruption } from "./verdict.ts";

/** What people and Kubernetes ask of a run, each on its own: after a stop a SIGTERM may still come, and ends more. */
export class Interrupts {
  readonly #stop = new AbortController();
  readonly #terminated = new AbortController();
  #terminatedAtMs: number | undefined;

  /** spec.stop was set. */
  requestStop(): void {
    this.#stop.abort({ kind: "stop" } satisfies Interruption);
  }

  /** SIGTERM; the kubelet kills the pod terminationGracePeriodSeconds later. */
  terminate(nowMs: number): void {
    this.#terminatedAtMs ??= nowMs;
    this.#terminated.abort({ kind: "signal" } satisfies Interruption);
  }

  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  get terminated(): AbortSignal {
    return this.#terminated.signal;
  }

  /** When SIGTERM came first, in ms since the epoch. */
  get terminatedAtMs(): number | undefined {
    return this.#terminatedAtMs;
  }
}

/**
 * A signal that aborts with that interruption at `at`, in ms since the epoch (never, where that is infinite), unless
 * it is cleared before.
 */
export function timeoutAt(options: {
  atMs: number;
  seconds: number;
  nowMs: number;
  kind?: "timeout" | "attempt";
}): {
  signal: AbortSignal;
  clear(): void;
} {
  const controller = new AbortController();
  const { atMs, seconds, nowMs, kind = "timeout" } = options;
  const abort = () => controller.abort({ kind, seconds } satisfies Interruption);
  const leftMs = atMs - nowMs;
  // Longer ones than a timer can count are longer than any run.
  const timer = leftMs < 2 ** 31 ? setTimeout(abort, Math.max(leftMs, 0)) : undefined;
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
