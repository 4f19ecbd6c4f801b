import { hasReason } from "../../kubernetes/errors.ts";
import type { Log } from "../log.ts";
import { type Clock, pause } from "./clock.ts";
import { type Candidate, type Decision, decide, type Sighting, sighted } from "./election.ts";
import type { Leadership } from "./leadership.ts";
import { heldLease, type Lease, releasedLease } from "./lease.ts";
import type { LeaseStore } from "./lease-store.ts";

/** After the last renewal, counted from when it was asked for. A third of the Lease is left for clocks that differ. */
const RENEW_DEADLINE_MS = 10_000;
const RENEW_MS = 2_000;
const RETRY_MS = 1_000;
const WATCHDOG_MS = 500;
const LATE = "it was not renewed in time";

export interface ElectorOptions {
  /** Over connections that nothing else uses: a renewal must not wait behind other requests. */
  store: Pick<LeaseStore, "place" | "read" | "create" | "update" | "changesAfter">;
  candidate: Candidate;
  clock: Clock;
  log: Log;
  /** Called once, when this process must not act any longer; it is expected to end the process. */
  onLost(reason: string): void;
}

/**
 * Leader election by a Lease, after client-go's: https://pkg.go.dev/k8s.io/client-go/tools/leaderelection. Unlike that, it
 * watches the Lease, so that it takes over at once after a release and on time after a death. At most one process believes that
 * it leads as long as clocks run at about the same speed; what two at once could do is harmless all the same
 * (docs/decisions/leader-election.md).
 */
export class Elector implements Leadership {
  readonly #options: ElectorOptions;
  readonly #elected = Promise.withResolvers<void>();
  #sighting: Sighting = { lease: undefined, sinceMs: 0 };
  #held: Lease | undefined;
  /** When the last renewal that succeeded was asked for. */
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ElectorOptions) {
    this.#options = options;
  }

  get leading(): Promise<void> {
    return this.#elected.promise;
  }

  /** False as soon as the deadline of a renewal has passed, even where the event loop was blocked, or the process stopped. */
  get isLeading(): boolean {
    return (
      this.#held !== undefined && this.#options.clock.now() - this.#renewedAt < RENEW_DEADLINE_MS
    );
  }

  assertLeading(): void {
    if (this.isLeading) return;
    this.#lose(LATE);
    throw new Error("This operator does not lead any longer.");
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#held) {
      try {
        await this.#stand(signal);
      } catch (error) {
        if (signal.aborted) return;
        const retryInMs = Math.round(RETRY_MS * (1 + this.#options.clock.random()));
        this.#warn("lease not read", error, retryInMs);
        await pause(this.#options.clock, retryInMs, signal);
      }
    }
    if (!signal.aborted) await this.#lead(signal);
  }

  async release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (!held) return;
    try {
      await this.#options.store.update(releasedLease(held, Date.now()));
      this.#options.log.info("lease released", { lease: held.metadata.name });
    } catch (error) {
      this.#warn("lease not released", error); // whoever waits for it takes it when it has run out
    }
  }

  /** Takes the Lease if it is free; otherwise returns when it may have become so. */
  async #stand(signal: AbortSignal): Promise<void> {
    const { store, candidate, log } = this.#options;
    this.#see(await store.read());
    const decision = this.#decision();
    if (decision.kind === "wait") return this.#follow(decision.holder, signal);
    const before = decision.kind === "take" ? decision.lease : undefined;
    const askedAt = this.#options.clock.now();
    const wanted = heldLease(before, { ...store.place, holder: candidate.identity }, Date.now());
    try {
      this.#held = await (before ? store.update(wanted) : store.create(wanted));
    } catch (error) {
      if (hasReason(error, "Conflict") || hasReason(error, "AlreadyExists")) return; // another was first
      throw error;
    }
    this.#renewedAt = askedAt;
    const after = before?.spec?.holderIdentity || "nobody";
    log.info("leading", { lease: store.place.name, holder: candidate.identity, after });
    this.#elected.resolve();
  }

  /** Watches the Lease until it is free, was deleted, or has run out; and until the watch ends. */
  async #follow(holder: string, signal: AbortSignal): Promise<void> {
    const { store, clock, log } = this.#options;
    log.debug("standing by", { lease: store.place.name, holder });
    const end = new AbortController();
    let cancel: () => void = () => undefined;
    const mustWait = () => {
      const decision = this.#decision();
      cancel();
      if (decision.kind !== "wait") return false;
      cancel = clock.setTimer(decision.untilMs - clock.now(), () => end.abort());
      return true;
    };
    try {
      if (!mustWait()) return;
      const either = AbortSignal.any([signal, end.signal]);
      for await (const lease of store.changesAfter(this.#sighting.lease, either)) {
        this.#see(lease);
        if (!mustWait()) return;
      }
    } catch (error) {
      if (!end.signal.aborted) throw error;
    } finally {
      cancel();
    }
  }

  /** Renews the Lease until `signal` or until it is lost. */
  async #lead(signal: AbortSignal): Promise<void> {
    const watchdog = this.#watchItself(signal);
    let waitMs = RENEW_MS;
    while (!signal.aborted && this.#held) {
      await pause(this.#options.clock, waitMs, signal);
      if (!signal.aborted && this.#held) waitMs = await this.#renew(this.#held);
    }
    await watchdog;
  }

  async #watchItself(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#held) {
      await pause(this.#options.clock, WATCHDOG_MS, signal);
      if (!this.isLeading) this.#lose(LATE);
    }
  }

  /** Returns in how many ms to renew it next. */
  async #renew(held: Lease): Promise<number> {
    const { store, candidate } = this.#options;
    const askedAt = this.#options.clock.now();
    try {
      const wanted = heldLease(held, { ...store.place, holder: candidate.identity }, Date.now());
      const renewed = await store.update(wanted);
      if (!this.#held) return 0; // lost meanwhile
      this.#held = renewed;
      this.#renewedAt = askedAt;
      return RENEW_MS;
    } catch (error) {
      this.#warn("lease not renewed", error, RETRY_MS);
      if (!hasReason(error, "Conflict") && !hasReason(error, "NotFound")) return RETRY_MS;
    }
    return this.#look();
  }

  /** After a renewal was refused: who holds it? One whose answer was lost leaves it with this process, in a newer version. */
  async #look(): Promise<number> {
    try {
      const found = await this.#options.store.read();
      const holder = found?.spec?.holderIdentity;
      if (holder !== this.#options.candidate.identity) {
        this.#lose(found ? `it is held by "${holder}"` : "it was deleted");
      } else if (this.#held) this.#held = found;
      return 0;
    } catch (error) {
      this.#warn("lease not read", error, RETRY_MS);
      return RETRY_MS;
    }
  }

  #lose(reason: string): void {
    if (!this.#held) return;
    this.#held = undefined;
    this.#options.onLost(reason);
  }

  #see(lease: Lease | undefined): void {
    this.#sighting = sighted(this.#sighting, lease, this.#options.clock.now());
  }

  #decision(): Decision {
    return decide(this.#sighting, this.#options.candidate, this.#options.clock.now());
  }

  #warn(message: string, error: unknown, retryInMs?: number): void {
    const { store, log } = this.#options;
    log.warn(message, { lease: store.place.name, error, ...(retryInMs ? { retryInMs } : {}) });
  }
}
