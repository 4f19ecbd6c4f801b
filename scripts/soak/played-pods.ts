import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../../kubernetes/client.ts";
import { ApiError, ConnectionError, hasReason } from "../../kubernetes/errors.ts";
import { Reflector } from "../../kubernetes/reflector.ts";
import { pathOf, pystolRuns, RUNS_NAMESPACE } from "../../kubernetes/resources.ts";
import { attemptOf } from "../../operator/job.ts";
import { isOver, type Pod, pods } from "../../operator/workloads.ts";
import { ended, NONCE, report } from "../../test/support/played-runner.ts";
import type { PystolControlPlane } from "../../test/support/pystol-control-plane.ts";

const NODE = "played-node";
const RETRY_MS = 250;

/** How a runner ends; the real one costs too much for a load of many at a time. */
export type Part =
  | "reports"
  | "leaves an open record"
  | "is killed after its claim"
  | "never starts";

/**
 * Plays kubelet, runners and recoveries, for as long as it is not disposed of: claims, times, reports and undo records are
 * written with each pod's own bound token, as the guards want it. `partOf` says what each run's pod does.
 */
export async function playPods(
  world: PystolControlPlane,
  partOf: (uid: string) => Part,
): Promise<AsyncDisposable & { readonly played: number }> {
  const end = new AbortController();
  const known = new Set<string>();
  const removing = new Set<string>();
  const { client } = world;
  let played = 0;
  const reflector: Reflector<Pod> = new Reflector(client, pods, {
    selection: { namespace: RUNS_NAMESPACE },
    onChange: (key) => {
      const pod = reflector.get(key);
      if (!pod || end.signal.aborted) return;
      const { uid = "", deletionTimestamp } = pod.metadata;
      if (deletionTimestamp && !removing.has(uid)) {
        removing.add(uid);
        void guarded(() => remove(pod));
      } else if (!deletionTimestamp && !known.has(uid)) {
        known.add(uid);
        void guarded(() => play(pod));
      }
    },
  });

  /** What is gone meanwhile needs no more playing; what does not answer is asked again. */
  async function guarded(act: () => Promise<void>): Promise<void> {
    await act().catch((error) => {
      if (!end.signal.aborted && !(error instanceof ApiError)) throw error;
    });
  }

  async function tried<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        const isAway =
          error instanceof ConnectionError || (error instanceof ApiError && error.code >= 429);
        if (!isAway || end.signal.aborted) throw error;
        await delay(RETRY_MS);
      }
    }
  }

  async function play(pod: Pod): Promise<void> {
    const { name, uid = "", labels } = pod.metadata;
    const action = labels?.["pystol.org/action-uid"] ?? "";
    const run = `pa-${action}`;
    const part = partOf(action);
    if (part === "never starts" && attemptOf(name, run) === undefined) return;
    await tried(() => bind(pod));
    await tried(() => setStatus(pod, { phase: "Running" }));
    const serviceAccount = (pod.spec as { serviceAccountName?: string }).serviceAccountName ?? "";
    const account = { namespace: RUNS_NAMESPACE, name: serviceAccount, pod: { name, uid } };
    const runner = await tried(() => world.clientOf(account));
    try {
      const attempt = attemptOf(name, run);
      const exitCode =
        attempt === undefined
          ? await inject({ runner, pod, run, part })
          : await recover({ runner, pod, run, attempt });
      await tried(() => setStatus(pod, ended({ exitCode })));
      played += 1;
    } finally {
      await runner.close();
    }
  }

  async function inject(what: {
    runner: Client;
    pod: Pod;
    run: string;
    part: Part;
  }): Promise<number> {
    const { runner, pod, run, part } = what;
    const write = (status: object) => tried(() => store(runner, run, status));
    const time = new Date().toISOString();
    const nonceSHA256 = createHash("sha256").update(NONCE).digest("hex");
    const claim = { podName: pod.metadata.name, podUID: pod.metadata.uid, time, nonceSHA256 };
    await write({ claim, startTime: time });
    const record = { id: "soak/1", module: "acme.tests.soak", state: "Open" };
    if (part === "leaves an open record") await write({ records: [record] });
    if (part !== "reports") return 137;
    await write({ injectedTime: time });
    await write({ report: report() });
    return 0;
  }

  async function recover(what: {
    runner: Client;
    pod: Pod;
    run: string;
    attempt: number;
  }): Promise<number> {
    const { runner, pod, run, attempt } = what;
    const { name, uid } = pod.metadata;
    const time = new Date().toISOString();
    const write = (status: object) => tried(() => store(runner, run, status));
    await write({ recovery: { attempt, podName: name, podUID: uid, time } });
    const record = { id: "soak/1", module: "acme.tests.soak", state: "Done" };
    await write({ records: [record], recoveredTime: time });
    return 0;
  }

  async function bind(pod: Pod): Promise<void> {
    const { name } = pod.metadata;
    await client
      .request({
        method: "POST",
        path: pathOf(pods, { namespace: RUNS_NAMESPACE, name, subresource: "binding" }),
        body: {
          ...{ apiVersion: "v1", kind: "Binding", metadata: { name } },
          target: { apiVersion: "v1", kind: "Node", name: NODE },
        },
      })
      .catch((error) => {
        if (!hasReason(error, "Conflict")) throw error; // bound, and the answer was lost
      });
  }

  async function setStatus(pod: Pod, status: Pod["status"]): Promise<void> {
    const place = { namespace: RUNS_NAMESPACE, name: pod.metadata.name, subresource: "status" };
    const { uid } = pod.metadata;
    await client.mergePatch(pods, place, { metadata: { uid }, status });
  }

  /** The kubelet's last word on a pod that is being deleted. */
  async function remove(pod: Pod): Promise<void> {
    const { name, uid } = pod.metadata;
    if (!isOver(pod)) await tried(() => setStatus(pod, ended({ exitCode: 137 })));
    const forced = { gracePeriodSeconds: 0, preconditions: { uid } };
    await tried(() => client.delete(pods, { namespace: RUNS_NAMESPACE, name }, forced));
  }

  const running = reflector.run(end.signal);
  await reflector.synced;
  return {
    get played() {
      return played;
    },
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await running;
    },
  };
}

async function store(runner: Client, run: string, status: object): Promise<void> {
  const place = { namespace: RUNS_NAMESPACE, name: run, subresource: "status" };
  await runner.mergePatch(pystolRuns, place, { status });
}
