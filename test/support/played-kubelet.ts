import { setTimeout as delay } from "node:timers/promises";
import type { Pod } from "../../client/deploy/rollout.ts";
import type { Client } from "../../kubernetes/client.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import type { ResourceType } from "../../kubernetes/resources.ts";

const pods: ResourceType<Pod> = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true };

/** What a kubelet writes of a pod that it runs and that is ready. */
export const READY: Pod["status"] = {
  phase: "Running",
  conditions: [{ type: "Ready", status: "True" }],
};

/** What a kubelet writes of a pod whose container waits for this reason. */
export function waiting(reason: string, message: string, lastExitCode?: number): Pod["status"] {
  const ended = { terminated: { exitCode: lastExitCode ?? 0, reason: "Error" } };
  return {
    phase: "Pending",
    containerStatuses: [
      {
        name: "operator",
        ready: false,
        restartCount: lastExitCode === undefined ? 0 : 3,
        state: { waiting: { reason, message } },
        ...(lastExitCode === undefined ? {} : { lastState: ended }),
        ...{ image: "", imageID: "" },
      },
    ],
  };
}

/** Plays the kubelet where there is no node: gives every pod of a namespace this status until it is disposed of. */
export function playKubelet(
  client: Client,
  namespace: string,
  status: Pod["status"],
): AsyncDisposable {
  const end = new AbortController();
  const play = async () => {
    while (!end.signal.aborted) {
      const { items } = await client.list(pods, { namespace });
      for (const { metadata } of items) {
        const place = { namespace, name: metadata.name, subresource: "status" };
        await client.mergePatch(pods, place, { status }).catch((error) => {
          if (!hasReason(error, "NotFound")) throw error; // deleted since the list
        });
      }
      await delay(100, undefined, { signal: end.signal }).catch(() => undefined);
    }
  };
  const playing = play();
  return {
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await playing;
    },
  };
}
