import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Client } from "./client.ts";
import { ApiError, hasReason } from "./errors.ts";
import { pages } from "./pages.ts";
import { keyOf, type Resource, type ResourceType } from "./resources.ts";
import { type Selection, watch } from "./watch.ts";

/** What a reflector tells of its work. */
export interface ReflectorEvents<T extends Resource> {
  /**
   * Something was added, deleted, or changed in what is kept of it, by somebody else than who called `store`; `isListed` if the
   * first list told it, which is no news.
   */
  onChange(key: string, isListed: boolean): void;
  /** What is held under a key changed, also by an own write; undefined where nothing is any more. */
  onHeld?(key: string, object: T | undefined): void;
  /**
   * A watch or list ended; for logs and metrics alone. `missed` counts what the list since the end before has shown to be lost:
   * objects whose version is not newer than what the watch had come to, but that the watch had not told of.
   */
  onEnd?(reason: { error?: unknown; relist: boolean; retryInMs: number; missed: number }): void;
}

const FIRST_DELAY_MS = 800; // client-go's reflector backoff: 0.8 s doubling to 30 s
const LONGEST_DELAY_MS = 30_000;
const HEALTHY_MS = 120_000;
const SILENCE_MS = 90_000; // bookmarks come about once a minute, so more than that without a byte is a dead connection

/**
 * Keeps a copy of what the API server holds, for as long as `run` runs: list, watch with bookmarks, list again when the
 * version expired, and a delay with jitter after every end. `onChange` gets the key of whatever was added, changed or
 * deleted; a list that misses something known counts as its deletion. Objects lose managedFields on arrival.
 * After client-go's Reflector: https://pkg.go.dev/k8s.io/client-go/tools/cache#Reflector
 */
export class Reflector<T extends Resource> {
  readonly #client: Client;
  readonly #type: ResourceType<T>;
  readonly #selection: Selection;
  readonly #events: ReflectorEvents<T>;
  readonly #random: () => number;
  readonly #trim: (object: T) => T;
  readonly #objects = new Map<string, T>();
  readonly #indexBy: ((object: T) => string | undefined) | undefined;
  readonly #index = new Map<string, Map<string, T>>();
  #version: string | undefined;
  /** The newest version that the watch or a list has shown. */
  #seen = 0n;
  #hasSynced = Promise.withResolvers<void>();
  #lastHeard = 0;
  #missed = 0;
  #isFirstList = true;

  constructor(
    client: Client,
    type: ResourceType<T>,
    options: {
      selection?: Selection;
      random?: () => number;
      /** What to keep of an object. */
      trim?: (object: T) => T;
      /** What `having` finds it by; it never changes in an object's life. */
      indexBy?: (object: T) => string | undefined;
    } & ReflectorEvents<T>,
  ) {
    this.#indexBy = options.indexBy;
    this.#trim = options.trim ?? ((object) => object);
    this.#client = client;
    this.#type = type;
    this.#selection = options.selection ?? {};
    this.#events = options;
    this.#random = options.random ?? Math.random;
  }

  /** Resolves when the first list is in. */
  get synced(): Promise<void> {
    return this.#hasSynced.promise;
  }

  /** When the server was last heard of, as performance.now() gives it; 0 before. */
  get lastHeard(): number {
    return this.#lastHeard;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  /** The objects that `indexBy` gives this value. */
  having(value: string): T[] {
    return [...(this.#index.get(value)?.values() ?? [])];
  }

  get size(): number {
    return this.#objects.size;
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  /**
   * Takes in what a write answered, so that a decision never rests on what one has just changed; not if something newer is
   * known, or if the watch is past it and does not know it, which means that it was deleted since.
   */
  store(object: T): void {
    const known = this.#objects.get(keyOf(object));
    const version = versionOf(object.metadata);
    if (known ? version < versionOf(known.metadata) : version <= this.#seen) return;
    this.#set(keyOf(object), this.#trimmed(object));
  }

  /** Runs until `signal`; never throws. */
  async run(signal: AbortSignal): Promise<void> {
    let delayMs = FIRST_DELAY_MS;
    while (!signal.aborted) {
      const began = performance.now();
      let error: unknown;
      try {
        if (this.#version === undefined) await this.#list(signal);
        await this.#watch(signal);
      } catch (caught) {
        error = caught;
        if (hasReason(caught, "Expired") || hasReason(caught, "Gone")) this.#version = undefined;
        // A version from a future that the server lost never becomes watchable again: see what a list says.
        if (performance.now() - this.#lastHeard > 2 * SILENCE_MS) this.#version = undefined;
      }
      if (signal.aborted) return;
      if (performance.now() - began > HEALTHY_MS) delayMs = FIRST_DELAY_MS;
      const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
      const retryInMs = asked ?? (error === undefined ? 0 : delayMs) * (0.5 + this.#random());
      const missed = this.#missed;
      this.#missed = 0;
      this.#events.onEnd?.({ error, relist: this.#version === undefined, retryInMs, missed });
      if (error !== undefined) delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
      await delay(Math.max(retryInMs, 100), undefined, { signal }).catch(() => undefined);
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const found = new Map<string, T>();
    const { namespace, labelSelector, fieldSelector } = this.#selection;
    const query = { labelSelector, fieldSelector };
    for await (const list of pages(this.#client, this.#type, { namespace, query })) {
      signal.throwIfAborted();
      this.#lastHeard = performance.now();
      for (const item of list.items) {
        const object = this.#trimmed({
          ...item,
          apiVersion: this.#type.apiVersion,
          kind: this.#type.kind,
        });
        found.set(keyOf(object), object);
      }
      if (!list.metadata.continue) this.#version = list.metadata.resourceVersion ?? "0";
    }
    const seen = BigInt(this.#version ?? "0");
    const changed: string[] = [];
    for (const [key, object] of this.#objects) {
      if (found.has(key) || versionOf(object.metadata) > seen) continue;
      this.#remove(key);
      changed.push(key);
    }
    for (const [key, object] of found) {
      const known = this.#objects.get(key);
      const version = versionOf(object.metadata);
      if (known && version <= versionOf(known.metadata)) continue;
      if (!this.#isFirstList && version <= this.#seen) this.#missed += 1;
      this.#set(key, object);
      changed.push(key);
    }
    this.#seen = seen;
    const isListed = this.#isFirstList;
    this.#isFirstList = false;
    for (const key of changed) this.#events.onChange(key, isListed);
    this.#hasSynced.resolve();
  }

  /**
   * Takes in what the watch told of, unless an own write is newer. Returns whether it was news: neither the echo of one, nor a
   * change of what is not kept.
   */
  #take(key: string, object: T, isDeleted: boolean): boolean {
    const known = this.#objects.get(key);
    const version = versionOf(object.metadata);
    const knownVersion = known ? versionOf(known.metadata) : -1n;
    if (version < knownVersion || (version === knownVersion && !isDeleted)) return false;
    if (isDeleted) {
      this.#remove(key);
      return true;
    }
    const kept = this.#trimmed(object);
    this.#set(key, kept);
    return !known || !isSameBut(known, kept);
  }

  #set(key: string, object: T): void {
    const value = this.#indexBy?.(object);
    // An object of the same name that is made anew may have another value.
    const before = this.#objects.get(key);
    if (before && this.#indexBy?.(before) !== value) this.#remove(key);
    this.#objects.set(key, object);
    if (value !== undefined) {
      const entries = this.#index.get(value) ?? new Map<string, T>();
      entries.set(key, object);
      this.#index.set(value, entries);
    }
    this.#events.onHeld?.(key, object);
  }

  #remove(key: string): void {
    const known = this.#objects.get(key);
    if (!known) return;
    this.#objects.delete(key);
    const value = this.#indexBy?.(known);
    const entries = value === undefined ? undefined : this.#index.get(value);
    entries?.delete(key);
    if (value !== undefined && entries?.size === 0) this.#index.delete(value);
    this.#events.onHeld?.(key, undefined);
  }

  /** Most of an object is of no use here, and there may be many. */
  #trimmed(object: T): T {
    const { managedFields: _, ...metadata } = object.metadata as T["metadata"] & {
      managedFields?: unknown;
    };
    return this.#trim({ ...object, metadata });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const silence = new AbortController();
    const began = performance.now();
    const timer = setInterval(() => {
      if (performance.now() - Math.max(began, this.#lastHeard) > SILENCE_MS) {
        silence.abort(new Error(`nothing heard for ${SILENCE_MS / 1000} s`));
      }
    }, SILENCE_MS / 9);
    timer.unref();
    try {
      const events = watch(this.#client, this.#type, {
        ...this.#selection,
        resourceVersion: this.#version ?? "0",
        timeoutSeconds: Math.round(300 * (1 + this.#random())),
        signal: AbortSignal.any([signal, silence.signal]),
      });
      for await (const event of events) {
        this.#lastHeard = performance.now();
        const key = keyOf(event.object);
        const isNews =
          event.type !== "BOOKMARK" && this.#take(key, event.object, event.type === "DELETED");
        this.#version = event.object.metadata.resourceVersion;
        this.#seen = versionOf(event.object.metadata);
        if (isNews) this.#events.onChange(key, false);
      }
    } finally {
      clearInterval(timer);
    }
  }
}

/** Whether nothing but the version differs. */
function isSameBut(known: Resource, now: Resource): boolean {
  const unversioned = ({ metadata, ...rest }: Resource) => ({
    ...rest,
    metadata: { ...metadata, resourceVersion: "" },
  });
  return isDeepStrictEqual(unversioned(known), unversioned(now));
}

/** Versions of one type are comparable as integers: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions */
function versionOf({ resourceVersion }: { resourceVersion?: string }): bigint {
  return BigInt(resourceVersion || "0");
}
