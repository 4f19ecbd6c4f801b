import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../kubernetes/client.ts";
import { ApiError } from "../kubernetes/errors.ts";
import { ActionGone, apply, isStale } from "./apply.ts";
import { Caches, PRIORITY } from "./caches.ts";
import type { Log } from "./log.ts";
import { NO_OBSERVER, type Observer } from "./observer.ts";
import { Queue } from "./queue.ts";
import { type Plan, reconcile, type Step, type World } from "./reconcile.ts";
import type { Settings } from "./settings.ts";
import { mortalActions } from "./sweep.ts";
import { Unanswered } from "./unanswered.ts";

/** How often it is told how many actions are in which phase. */
const COUNT_MS = 5_000;

/** Steps after which there is more to do, and of which no other event tells. */
const GOES_ON: ReadonlySet<Step["kind"]> = new Set([
  ...(["addFinalizer", "createRun", "stopRun", "closeRun", "releaseRun", "lookUp"] as const),
]);

/** Watches actions and what belongs to them, and reconciles each key until `signal`. */
export class Controller {
  readonly #client: Client;
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #observer: Observer;
  readonly #queue: Queue;
  readonly #caches: Caches;
  readonly #unanswered = new Unanswered();
  #active = 0;
  #isLeading = false;

  constructor(client: Client, settings: Settings, log: Log, observer: Observer = NO_OBSERVER) {
    this.#client = client;
    this.#settings = settings;
    this.#log = log;
    this.#observer = observer;
    const clock = { now: () => performance.now(), random: Math.random };
    this.#queue = new Queue(clock, observer.queue);
    this.#caches = new Caches(client, settings, {
      add: (key, priority) => {
        // A standby would gather the keys of all that passes by.
        if (this.#isLeading) this.#queue.add(key, priority);
      },
      ended: ({ resource, error, relist, retryInMs, missed }) => {
        const reason = error === undefined ? "Closed" : reasonOf(error);
        observer.watchEnded({ resource, reason, relist, missed });
        if (error) log.warn("watch ended", { resource, relist, retryInMs, error });
        if (missed > 0) log.error("watch missed changes", { resource, missed });
      },
    });
  }

  /**
   * Runs until `signal`; what is being worked on is finished first. The caches are filled at once, but nothing is worked on
   * before `untilLeading` resolves: a standby is warm.
   */
  async run(signal: AbortSignal, { untilLeading }: { untilLeading: Promise<void> }): Promise<void> {
    const watching = this.#caches.run(signal);
    signal.addEventListener("abort", () => this.#queue.close(), { once: true });
    await Promise.race([this.#synced(), watching]);
    this.#log.info("caches synced", { actions: this.#caches.actions.size });
    await Promise.race([untilLeading, watching]);
    const { workers } = this.#settings;
    this.#isLeading = true;
    this.#caches.addAll();
    const background = [this.#sweep(signal), this.#count(signal)];
    await Promise.all(Array.from({ length: signal.aborted ? 0 : workers }, () => this.#work()));
    await Promise.all([watching, ...background]);
  }

  /** Whether every first list is in. */
  isReady = false;

  /** Ms since the API server was last heard of on the watch that is silent the longest; bookmarks come once a minute. */
  silenceMs(): number {
    return this.isReady ? performance.now() - this.#caches.lastHeard() : 0;
  }

  async #synced(): Promise<void> {
    await this.#caches.synced();
    this.isReady = true;
  }

  async #work(): Promise<void> {
    const total = this.#settings.workers;
    for (let key = await this.#queue.take(); key !== undefined; key = await this.#queue.take()) {
      this.#active += 1;
      this.#observer.workers({ active: this.#active, total });
      const began = performance.now();
      const result = await this.#try(key);
      this.#active -= 1;
      this.#observer.workers({ active: this.#active, total });
      this.#observer.reconciled({ key, seconds: (performance.now() - began) / 1000, result });
      this.#queue.done(key);
    }
  }

  /** Never throws: whatever went wrong is tried again. */
  async #try(key: string): Promise<"success" | "requeue_after" | "error" | "conflict"> {
    try {
      const { requeueAfterMs } = await this.#reconcile(key);
      this.#queue.forget(key);
      if (requeueAfterMs === undefined) return "success";
      if (requeueAfterMs === 0) this.#queue.add(key, PRIORITY.progress);
      else this.#queue.addAfter(key, requeueAfterMs + 50);
      return "requeue_after";
    } catch (error) {
      const atLeastMs = error instanceof ApiError ? error.retryAfterMs : 0;
      const retryInMs = this.#queue.retry(key, atLeastMs);
      if (isStale(error)) {
        this.#log.debug("changed meanwhile", { action: key, retryInMs });
        return "conflict";
      }
      this.#log.error("reconcile failed", { action: key, retryInMs, error });
      return "error";
    }
  }

  async #reconcile(key: string): Promise<Plan> {
    const action = this.#caches.actions.get(key);
    const stored = await this.#unanswered.stored(this.#client, key, action);
    if (stored) this.#tell(key, stored.step, stored.world);
    const world = this.#caches.worldOf(key);
    const plan = reconcile(world, this.#settings, this.#client.serverTimeMs());
    for (const step of plan.steps) {
      try {
        await apply(this.#client, this.#caches.stores, step);
      } catch (error) {
        if (error instanceof ActionGone) return { steps: [] }; // the watch tells of the deletion, or has told already
        this.#unanswered.failed(key, step, world);
        throw error;
      }
      this.#tell(key, step, world);
    }
    // What was just written or looked up is known, and its echo is no news: the next decision is made now.
    return plan.steps.some(({ kind }) => GOES_ON.has(kind)) ? { ...plan, requeueAfterMs: 0 } : plan;
  }

  #tell(key: string, step: Step, world: World): void {
    this.#unanswered.answered(key, step);
    this.#caches.applied(key, step);
    this.#observer.applied(step, world);
    const status = step.kind === "setStatus" ? step.status : undefined;
    if (status?.verdict) {
      const { verdict, run, message, phase } = status;
      const uid = step.kind === "setStatus" ? step.action.metadata.uid : undefined;
      const reason = status.conditions?.find(({ type }) => type === phase)?.reason;
      this.#log.info("verdict", { action: key, uid, run, verdict, reason, detail: message });
    } else if (step.kind === "releaseRun" && step.left.length > 0) {
      const run = step.run.metadata.name;
      this.#log.warn("changes left", { action: key, run, detail: step.left.join("; ") });
    } else this.#log.debug("applied", { action: key, step: step.kind });
  }

  /** Finds the actions that finished before this operator led and that have a time to live. */
  async #sweep(signal: AbortSignal): Promise<void> {
    for (let waitMs = 1000; !signal.aborted; waitMs = Math.min(waitMs * 2, 60_000)) {
      try {
        for await (const action of mortalActions(this.#client, signal)) this.#caches.expire(action);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#log.warn("sweep failed", { retryInMs: waitMs, error });
        await delay(waitMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #count(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#observer.actions(this.#caches.phases());
      this.#caches.forgetFindings(Date.now());
      this.#observer.openUndoRecords(this.#caches.openUndoRecords());
      await delay(COUNT_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** One word, for a metric's label. */
function reasonOf(error: unknown): string {
  if (error instanceof ApiError) return error.reason;
  return error instanceof Error ? error.name : "Error";
}
