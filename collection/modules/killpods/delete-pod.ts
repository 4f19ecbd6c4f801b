import type { Client } from "../../../kubernetes/client.ts";
import { hasReason } from "../../../kubernetes/errors.ts";
import { pathOf } from "../../../kubernetes/resources.ts";
import { type Pod, pods } from "../pods/pod.ts";
import type { TargetPod } from "./request.ts";

export type Deletion =
  | { kind: "deleted"; pod: Pod; gracePeriodSeconds: number; at: number }
  /** Somebody else had deleted it, or it was another pod of that name. */
  | { kind: "vanished" };

/**
 * Deletes the pod with that UID, once, and only if nobody else has: the deletion names the version that was seen not to be
 * on its way out.
 *
 * @throws ApiError if it is not allowed, ConnectionError if the API server cannot be reached.
 */
export async function deletePod(
  client: Client,
  target: TargetPod,
  options: { gracePeriodSeconds: number | undefined; now: () => number },
): Promise<Deletion> {
  const { gracePeriodSeconds, now } = options;
  for (;;) {
    const pod = await readPod(client, target);
    if (!pod || pod.metadata.deletionTimestamp) return { kind: "vanished" };
    const { uid, resourceVersion } = pod.metadata;
    const at = now();
    try {
      const answer = await client.request<{
        metadata?: { deletionGracePeriodSeconds?: number };
      }>({
        method: "DELETE",
        path: pathOf(pods, target),
        body: {
          apiVersion: "v1",
          kind: "DeleteOptions",
          preconditions: { uid, resourceVersion },
          ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
        },
      });
      // The API server shortens the grace of a pod that no node has yet.
      const wanted = gracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30;
      const effective = answer.metadata?.deletionGracePeriodSeconds ?? wanted;
      return { kind: "deleted", pod, gracePeriodSeconds: effective, at };
    } catch (error) {
      if (hasReason(error, "NotFound")) return { kind: "vanished" };
      // The pod changed since it was read, perhaps only in its status.
      if (!hasReason(error, "Conflict")) throw error;
    }
  }
}

/** The pod with the target's UID, if it is there. */
export async function readPod(client: Client, target: TargetPod): Promise<Pod | undefined> {
  try {
    const pod = await client.get(pods, target);
    return pod.metadata.uid === target.uid ? pod : undefined;
  } catch (error) {
    if (hasReason(error, "NotFound")) return undefined;
    throw error;
  }
}
