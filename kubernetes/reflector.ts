import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "./client.ts";
import { ApiError, hasReason } from "./errors.ts";
import { keyOf, type Resource, type ResourceType } from "./resources.ts";
import { type Selection, watch } from "./watch.ts";

/** What a reflector tells of its work; every field is for logs and metrics only. */
export interface ReflectorEvents {
  onChange(key: string): void;
  onEnd?(reason: { error?: unknown; relist: boolean; retryInMs: number }): void;
}

const FIRST_DELAY_MS = 800; // client-go's reflector backoff: 0.8 s doubling to 30 s
const LONGEST_DELAY_MS = 30_000;
const HEALTHY_MS = 120_000;
const SILENCE_MS = 90_000; // bookmarks come about once a minute, so more than that without a byte is a dead connection
const PAGE = 50; // a page of the largest objects that etcd takes, 1.5 MiB each, still fits into memory

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
  readonly #events: ReflectorEvents;
  readonly #random: () => number;
  readonly #trim: (object: T) => T;
  readonly #objects = new Map<string, T>();
  #version: string | undefined;
  /** The newest version that the watch or a list has shown. */
  #seen = 0n;
  #hasSynced = Promise.withResolvers<void>();
  #lastHeard = 0;

  constructor(
    client: Client,
    type: ResourceType<T>,
    options: {
      selection?: Selection;
      random?: () => number;
      /** What to keep of an object. */
      trim?: (object: T) => T;
    } & ReflectorEvents,
  ) {
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
    this.#objects.set(keyOf(object), this.#trimmed(object));
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
      this.#events.onEnd?.({ error, relist: this.#version === undefined, retryInMs });
      if (error !== undefined) delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
      await delay(Math.max(retryInMs, 100), undefined, { signal }).catch(() => undefined);
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const found = new Map<string, T>();
    let next: string | undefined;
    do {
      const list = await this.#client.list(this.#type, {
        namespace: this.#selection.namespace,
        query: {
          limit: PAGE,
          continue: next,
          labelSelector: this.#selection.labelSelector,
          fieldSelector: this.#selection.fieldSelector,
        },
      });
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
      next = list.metadata.continue || undefined;
      if (next === undefined) this.#version = list.metadata.resourceVersion ?? "0";
    } while (next !== undefined);
    const seen = BigInt(this.#version ?? "0");
    const gone = [...this.#objects.values()]
      .filter((object) => !found.has(keyOf(object)) && versionOf(object.metadata) <= seen)
      .map(keyOf);
    for (const key of gone) this.#objects.delete(key);
    for (const [key, object] of found) this.#take(key, object, false);
    this.#seen = seen;
    for (const key of [...gone, ...found.keys()]) this.#events.onChange(key);
    this.#hasSynced.resolve();
  }

  /** Takes in what the server told of, trimmed, unless an own write is newer. */
  #take(key: string, object: T, isDeleted: boolean): void {
    const known = this.#objects.get(key);
    if (known && versionOf(object.metadata) < versionOf(known.metadata)) return;
    if (isDeleted) this.#objects.delete(key);
    else this.#objects.set(key, object);
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
        const isBookmark = event.type === "BOOKMARK";
        if (!isBookmark) this.#take(key, this.#trimmed(event.object), event.type === "DELETED");
        this.#version = event.object.metadata.resourceVersion;
        this.#seen = versionOf(event.object.metadata);
        if (!isBookmark) this.#events.onChange(key);
      }
    } finally {
      clearInterval(timer);
    }
  }
}

/** Versions of one type are comparable as integers: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions */
function versionOf({ resourceVersion }: { resourceVersion?: string }): bigint {
  return BigInt(resourceVersion || "0");
}
