import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../../kubernetes/client.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import { Reflector } from "../../kubernetes/reflector.ts";
import { keyOf, pathOf, type Resource, type ResourceType } from "../../kubernetes/resources.ts";

interface Pod extends Resource {
  spec?: { nodeName?: string };
  status?: { conditions?: { type: string; status: string }[] };
}

const pods: ResourceType<Pod> = {
  apiVersion: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
};

const NODE = "played-node";

/**
 * What a scheduler and a kubelet do to the pods of a namespace, on a control plane without nodes: binds them, says that they
 * are Ready (unless `isReady` says otherwise), and removes those that are being deleted after `endingMs`.
 */
export function playKubelet(
  client: Client,
  options: { namespace: string; endingMs: number; isReady?: (pod: Pod) => boolean },
): AsyncDisposable {
  const { namespace, endingMs, isReady = () => true } = options;
  const end = new AbortController();
  const handled = new Set<string>();

  async function once(step: string, pod: Pod, act: () => Promise<unknown>): Promise<void> {
    const key = `${step} ${pod.metadata.uid}`;
    if (handled.has(key)) return;
    handled.add(key);
    await act().catch((error) => {
      if (!end.signal.aborted && !hasReason(error, "NotFound") && !hasReason(error, "Conflict"))
        throw error;
    });
  }

  async function play(pod: Pod): Promise<void> {
    const { name, uid } = pod.metadata;
    const place = { namespace, name };
    if (pod.metadata.deletionTimestamp) {
      await once("end", pod, async () => {
        await delay(endingMs, undefined, { signal: end.signal });
        await client.delete(pods, place, { gracePeriodSeconds: 0, preconditions: { uid } });
      });
      return;
    }
    if (!pod.spec?.nodeName) {
      const body = {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name },
        target: { apiVersion: "v1", kind: "Node", name: NODE },
      };
      await once("bind", pod, () =>
        client.request({
          method: "POST",
          path: pathOf(pods, { ...place, subresource: "binding" }),
          body,
        }),
      );
      return;
    }
    if (!isReady(pod)) return;
    const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
    await once("ready", pod, () =>
      client.mergePatch(pods, { ...place, subresource: "status" }, { status }),
    );
  }

  const reflector = new Reflector(client, pods, {
    selection: { namespace },
    onChange: (key) => {
      const pod = reflector.get(key);
      if (pod && keyOf(pod) === key) void play(pod);
    },
  });
  const running = reflector.run(end.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await running;
    },
  };
}
