import { ApiError } from "../../../../kubernetes/errors.ts";
import type { Lease } from "../../../../operator/leader/lease.ts";
import type { ProcessClock, SimulatedTime } from "./simulated-time.ts";

/** What a Lease's way over the network is like. */
export interface Network {
  /** How long each way takes, in ms. */
  delay(): number;
  /** Whether a request, or its answer, is lost. */
  isLost(): boolean;
}

const place = { namespace: "pystol-system", name: "pystol-operator" };
const ANSWER_MS = 4_000;
const conflict = (reason: string) =>
  new ApiError({
    ...{ method: "PUT", path: "/lease", code: 409 },
    body: JSON.stringify({ kind: "Status", reason }),
  });

/** One Lease with the API server's compare-and-set, as several processes reach it over a network. */
export class SimulatedLease {
  readonly #time: SimulatedTime;
  readonly #watchers = new Set<(lease: Lease) => void>();
  #stored: Lease | undefined;
  #version = 0;

  constructor(time: SimulatedTime) {
    this.#time = time;
  }

  get holder(): string {
    return this.#stored?.spec?.holderIdentity ?? "";
  }

  storeFor(clock: ProcessClock, network: Network) {
    return {
      place,
      read: () => this.#ask(clock, network, () => structuredClone(this.#stored)),
      create: (lease: Lease) =>
        this.#ask(clock, network, () => {
          if (this.#stored) throw conflict("AlreadyExists");
          return this.#write(lease);
        }),
      update: (lease: Lease) =>
        this.#ask(clock, network, () => {
          const { resourceVersion } = lease.metadata;
          if (this.#stored?.metadata.resourceVersion !== resourceVersion)
            throw conflict("Conflict");
          return this.#write(lease);
        }),
      changesAfter: (lease: Lease | undefined, signal: AbortSignal) =>
        this.#changes(lease, signal, clock, network),
    };
  }

  #write(lease: Lease): Lease {
    this.#version += 1;
    const metadata = { ...place, resourceVersion: String(this.#version) };
    const stored = { ...structuredClone(lease), metadata };
    this.#stored = stored;
    for (const tell of this.#watchers) tell(structuredClone(stored));
    return structuredClone(stored);
  }

  #ask<T>(clock: ProcessClock, network: Network, act: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    clock.setTimer(ANSWER_MS, () => reject(new Error("no answer in time")));
    if (network.isLost()) return promise;
    this.#time.after(network.delay(), () => {
      let answer: () => void;
      try {
        const value = act();
        answer = () => resolve(value);
      } catch (error) {
        answer = () => reject(error);
      }
      if (network.isLost()) return;
      this.#time.after(network.delay(), () => clock.whenAwake(answer));
    });
    return promise;
  }

  async *#changes(
    after: Lease | undefined,
    signal: AbortSignal,
    clock: ProcessClock,
    network: Network,
  ): AsyncGenerator<Lease | undefined> {
    const arrived: Lease[] = [];
    let wake = Promise.withResolvers<void>();
    const tell = (lease: Lease) => {
      if (network.isLost()) return; // a watch that is silent from time to time
      this.#time.after(network.delay(), () =>
        clock.whenAwake(() => {
          arrived.push(lease);
          wake.resolve();
        }),
      );
    };
    this.#watchers.add(tell);
    const abort = () => wake.reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    if (this.#stored && this.#version > Number(after?.metadata.resourceVersion ?? 0)) {
      tell(structuredClone(this.#stored));
    }
    try {
      for (;;) {
        signal.throwIfAborted();
        for (let next = arrived.shift(); next; next = arrived.shift()) yield next;
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    } finally {
      this.#watchers.delete(tell);
      signal.removeEventListener("abort", abort);
    }
  }
}
