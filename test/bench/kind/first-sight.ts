import type { Client } from "../../../kubernetes/client.ts";
import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";
import { watch } from "../../../kubernetes/watch.ts";

/** The monotonic clock, in ms. */
export function nowMs(): number {
  return performance.now();
}

/**
 * Watches one type in one namespace from now on, and remembers when each object first fitted.
 * Fails where the watch ends: on an idle cluster it lasts far longer than what is measured.
 */
export async function watchFor<T extends Resource>(
  client: Client,
  options: {
    type: ResourceType<T>;
    namespace: string;
    /** What an object is called by: for a pod, its Job's name. */
    nameOf?: (object: T) => string | undefined;
    fits: (object: T) => boolean;
  },
): Promise<{ seen(name: string): Promise<number> } & AsyncDisposable> {
  const { type, namespace, fits, nameOf = (object: T) => object.metadata.name } = options;
  const { metadata } = await client.list(type, { namespace, query: { limit: 1 } });
  const times = new Map<string, PromiseWithResolvers<number>>();
  const of = (name: string) => {
    const known = times.get(name) ?? Promise.withResolvers<number>();
    times.set(name, known);
    return known;
  };
  const end = new AbortController();
  const events = watch(client, type, {
    namespace,
    resourceVersion: metadata.resourceVersion ?? "0",
    timeoutSeconds: 3600,
    signal: end.signal,
  });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined); // whoever waits is told
  const watching = (async () => {
    for await (const { type: what, object } of events) {
      if (what !== "ADDED" && what !== "MODIFIED") continue;
      const name = nameOf(object);
      if (name !== undefined && fits(object)) of(name).resolve(nowMs());
    }
    throw new Error(`The watch of ${type.plural} in ${namespace} ended.`);
  })().catch((error: unknown) => failed.reject(error));
  return {
    seen: (name) => Promise.race([of(name).promise, failed.promise]),
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await watching;
    },
  };
}
