import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../../kubernetes/client.ts";
import { watch } from "../../kubernetes/watch.ts";
import { type Deployment, deployments } from "./fault-world.ts";

/** Every spec that each Deployment of a namespace has had, in order, from when it was begun. */
export interface SpecHistory extends Disposable {
  /** As JSON; two of the same do not follow each other. */
  of(deployment: Deployment): readonly string[];
}

/**
 * Follows the Deployments of a namespace. Their generation cannot say how often a fault changed them: a Deployment's counts
 * annotations too, and with them the fence of an undo that found nothing left to do.
 */
export async function specHistory(client: Client, namespace: string): Promise<SpecHistory> {
  const seen = new Map<string, string[]>();
  const ended = new AbortController();
  const { metadata } = await client.list(deployments, { namespace });
  let { resourceVersion = "0" } = metadata;
  const follow = async () => {
    const options = { namespace, timeoutSeconds: 3600, signal: ended.signal };
    for await (const { type, object } of watch(client, deployments, {
      ...options,
      resourceVersion,
    })) {
      resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
      if (type === "BOOKMARK") continue;
      const specs = seen.get(object.metadata.uid ?? "") ?? [];
      const spec = JSON.stringify(object.spec);
      if (specs.at(-1) !== spec) specs.push(spec);
      seen.set(object.metadata.uid ?? "", specs);
    }
  };
  const keepFollowing = async () => {
    while (!ended.signal.aborted) {
      // The API server may be restarted meanwhile; nothing is lost, for the next watch begins where this one ended.
      await follow().catch(() => delay(200));
    }
  };
  void keepFollowing();
  return {
    of: ({ metadata: { uid = "" } }) => seen.get(uid) ?? [],
    [Symbol.dispose]: () => ended.abort(),
  };
}
