import type { Client } from "../../../kubernetes/client.ts";
import { ApiError, ConnectionError, hasReason } from "../../../kubernetes/errors.ts";
import { namespaces, pathOf } from "../../../kubernetes/resources.ts";
import { type Pod, pods } from "../pods/pod.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000; // kubectl drain tries again every 5 s

export type Eviction =
  /** It is on its way out; `refused` says how often a PodDisruptionBudget, or a busy server, asked to wait before. */
  | { kind: "accepted"; refused: number }
  /** Until the deadline there was no leave. */
  | { kind: "refused"; refused: number; message: string };

/**
 * Asks for the eviction of exactly that pod, again and again with growing waits for as long as a PodDisruptionBudget does not
 * allow it, or the server is too busy with that budget. A pod that is gone, or being deleted with its namespace, counts as
 * accepted.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
 *
 * @throws ApiError if eviction is not allowed or will never be.
 */
export async function evict(
  client: Client,
  pod: Pod,
  options: {
    gracePeriodSeconds: number | undefined;
    /** In ms since 1970. */
    deadline: number;
    now: () => number;
    /** Rejects if it is no longer of use. */
    wait: (ms: number) => Promise<void>;
  },
): Promise<Eviction> {
  const { deadline, now, wait } = options;
  let waitMs = FIRST_WAIT_MS;
  for (let refused = 0; ; ) {
    const refusal = await ask(client, pod, options.gracePeriodSeconds);
    if (!refusal) return { kind: "accepted", refused };
    refused += 1;
    const asked = refusal instanceof ApiError ? (refusal.retryAfterMs ?? 0) : 0;
    const pause = Math.max(waitMs, asked);
    if (now() + pause >= deadline) return { kind: "refused", refused, message: refusal.message };
    await wait(pause);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}

/** Why it has to be asked again, if it has. */
async function ask(
  client: Client,
  pod: Pod,
  gracePeriodSeconds: number | undefined,
): Promise<Error | undefined> {
  const { namespace, name, uid } = pod.metadata;
  const grace = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
  try {
    await client.request({
      method: "POST",
      path: pathOf(pods, { namespace, name, subresource: "eviction" }),
      body: {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { namespace, name },
        deleteOptions: { preconditions: { uid }, ...grace },
      },
    });
    return undefined;
  } catch (error) {
    if (hasReason(error, "NotFound")) return undefined;
    // Another pod of its name, or the same one, which somebody wrote to at that moment.
    if (hasReason(error, "Conflict")) return (await isThere(client, pod)) ? error : undefined;
    if (hasReason(error, "Forbidden") && (await endsWithNamespace(client, namespace, error)))
      return undefined;
    if (isBusy(error) || error instanceof ConnectionError) return error;
    throw error;
  }
}

/**
 * Refused for now: by a budget, by a server without time, or, where many pods of one budget are evicted at once, because the
 * budget's status could not be written (Timeout).
 */
function isBusy(error: unknown): error is ApiError {
  const reasons = ["TooManyRequests", "Timeout", "ServerTimeout", "ServiceUnavailable"];
  return error instanceof ApiError && reasons.includes(error.reason);
}

async function isThere(client: Client, { metadata }: Pod): Promise<boolean> {
  try {
    const found = await client.get(pods, metadata);
    return found.metadata.uid === metadata.uid && !found.metadata.deletionTimestamp;
  } catch (error) {
    if (hasReason(error, "NotFound")) return false;
    throw error;
  }
}

/** A namespace that is deleted takes the right to evict, a RoleBinding, with it, mostly before its pods. */
async function endsWithNamespace(
  client: Client,
  name = "",
  { status }: ApiError,
): Promise<boolean> {
  if (status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating")) return true;
  try {
    const { metadata } = await client.get(namespaces, { name });
    return metadata.deletionTimestamp !== undefined;
  } catch (error) {
    if (hasReason(error, "NotFound")) return true;
    throw error;
  }
}
