import { hasReason } from "../../../kubernetes/errors.ts";
import { watch } from "../../../kubernetes/watch.ts";
import { type Pod, pods, type Terminated } from "../../../operator/workloads.ts";
import {
  createPod,
  KEPT,
  type KubeletUnderTest,
  type PodParts,
  until,
} from "./kubelet-under-test.ts";

/** A pod as a watcher sees it. It is taken away at the end. */
export interface WatchedPod extends AsyncDisposable {
  /** As it was seen last; where it is gone, as it was before. */
  readonly pod: Pod;
  /** Phase and state of the container, for example "Failed terminated Error 3", once for each change; at the end "gone". */
  readonly seen: readonly string[];
  /** Resolves once what was seen last fits. */
  sees(what: RegExp): Promise<void>;
  delete(options?: { gracePeriodSeconds?: number }): Promise<void>;
  /** Takes the tests' own finalizer away. */
  release(): Promise<void>;
}

/** Makes a pod and watches it from its creation on. */
export async function startPod(
  kubelet: KubeletUnderTest,
  name: string,
  program: string,
  parts?: PodParts,
): Promise<WatchedPod> {
  return watchPod(kubelet, await createPod(kubelet, name, program, parts));
}

export function watchPod({ client, namespace }: KubeletUnderTest, created: Pod): WatchedPod {
  const { name, resourceVersion = "" } = created.metadata;
  const place = { namespace, name };
  const end = new AbortController();
  const seen = [stepOf(created)];
  let pod = created;
  let broken: unknown;
  const follow = async () => {
    const events = watch(client, pods, {
      ...{ namespace, fieldSelector: `metadata.name=${name}`, resourceVersion },
      ...{ timeoutSeconds: 3600, signal: end.signal },
    });
    for await (const { type, object } of events) {
      if (type === "BOOKMARK") continue;
      pod = object;
      const step = type === "DELETED" ? "gone" : stepOf(object);
      if (seen.at(-1) !== step) seen.push(step);
    }
  };
  const following = follow().catch((error) => {
    broken = error;
  });
  const orGone = (error: unknown) => {
    if (!hasReason(error, "NotFound")) throw error;
  };
  const release = async () => {
    const finalizers = (pod.metadata.finalizers ?? []).filter((one) => one !== KEPT);
    await client.mergePatch(pods, place, { metadata: { finalizers } });
  };
  return {
    get pod() {
      return pod;
    },
    seen,
    sees: (what) =>
      until(() => {
        if (!what.test(seen.at(-1) ?? ""))
          throw new Error(`${name}: ${seen.join(", ")}; not ${what}`, { cause: broken });
      }),
    delete: (options) => client.delete(pods, place, options),
    release,
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await following;
      await client.delete(pods, place, { gracePeriodSeconds: 0 }).catch(orGone);
      await release().catch(orGone);
    },
  };
}

/** How the container of a pod ended. */
export function endOf({ status }: Pod): Terminated | undefined {
  return status?.containerStatuses?.[0]?.state?.terminated;
}

function stepOf({ status }: Pod): string {
  const { waiting, running, terminated } = status?.containerStatuses?.[0]?.state ?? {};
  const parts = [
    ...(waiting ? ["waiting", waiting.reason] : []),
    ...(running ? ["running"] : []),
    ...(terminated ? ["terminated", terminated.reason, terminated.exitCode] : []),
  ];
  return [status?.phase, ...parts].join(" ");
}
