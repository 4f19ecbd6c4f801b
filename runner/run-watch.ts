import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../kubernetes/client.ts";
import { type PystolRun, pystolRuns, RUNS_NAMESPACE } from "../kubernetes/resources.ts";
import { watch } from "../kubernetes/watch.ts";

const RETRY_MS = 1000;
const WATCH_SECONDS = 300;

/** Sees what others write into the run: the operator its stop, helper pods their answers. */
export class RunWatch {
  readonly #client: Client;
  readonly #name: string;
  readonly #listeners = new Set<(run: PystolRun) => void>();
  #seen: PystolRun | undefined;

  constructor(client: Client, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /** Tells listeners of each version of the run that it sees, until `signal` aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    const place = { namespace: RUNS_NAMESPACE, name: this.#name };
    while (!signal.aborted) {
      try {
        const run = await this.#client.get(pystolRuns, place);
        this.#tell(run);
        const events = watch(this.#client, pystolRuns, {
          namespace: RUNS_NAMESPACE,
          fieldSelector: `metadata.name=${this.#name}`,
          resourceVersion: run.metadata.resourceVersion ?? "0",
          timeoutSeconds: WATCH_SECONDS,
          signal,
        });
        for await (const { type, object } of events) if (type !== "BOOKMARK") this.#tell(object);
      } catch (_error) {
        // Whatever ended the watch, the next read shows what was missed meanwhile; the run's deadline ends it all.
      }
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** What `find` makes of the first version of the run for which it is not undefined, or undefined once `signal` aborts. */
  until<T>(find: (run: PystolRun) => T | undefined, signal: AbortSignal): Promise<T | undefined> {
    return new Promise((resolve) => {
      const end = (value: T | undefined) => {
        this.#listeners.delete(look);
        signal.removeEventListener("abort", giveUp);
        resolve(value);
      };
      const giveUp = () => end(undefined);
      const look = (run: PystolRun) => {
        const value = find(run);
        if (value !== undefined) end(value);
      };
      this.#listeners.add(look);
      if (signal.aborted) return giveUp();
      signal.addEventListener("abort", giveUp);
      if (this.#seen) look(this.#seen);
    });
  }

  #tell(run: PystolRun): void {
    this.#seen = run;
    for (const listener of [...this.#listeners]) listener(run);
  }
}
