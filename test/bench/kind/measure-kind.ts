import { createClient } from "../../../kubernetes/client.ts";
import { kubeconfigConnection } from "../../../kubernetes/kubeconfig.ts";
import {
  namespaces,
  type PystolAction,
  pystolActions,
  type Resource,
} from "../../../kubernetes/resources.ts";
import { type Pod, pods } from "../../../operator/workloads.ts";
import { eventually } from "../../support/pystol-control-plane.ts";
import { shuffled } from "../parts/shuffled.ts";
import { bareJob, bareJobs, JOBS_NAMESPACE, PING, runnerImageOf } from "./bare-job.ts";
import { nowMs, watchFor } from "./first-sight.ts";
import type { KindPair, KindResults } from "./results.ts";

/** Where the demonstration is, and what it may do there. */
const SHOP = "shop";
const ACTIONS = {
  pingtest: { role: "pingtest", extraVars: PING },
  killpods: {
    role: "killpods",
    target: { selector: { matchLabels: { app: "web" } }, amount: 1 },
    extraVars: { gracePeriodSeconds: 0 },
  },
} satisfies Record<string, PystolAction["spec"]>;

interface Options {
  kubeconfig: string;
  /** How often one action is measured against one bare Job. */
  pairs: number;
  /** How many at once. */
  many: number;
  progress: (text: string) => void;
}

/** Measures actions against bare Jobs on a cluster with kubelets, on which Pystol and the demonstration are. */
export async function measureKind({
  kubeconfig,
  pairs,
  many,
  progress,
}: Options): Promise<KindResults> {
  const connection = await kubeconfigConnection({ file: kubeconfig });
  const client = createClient(connection, { userAgent: "pystol-bench" });
  const image = await runnerImageOf(client);
  const space = { apiVersion: "v1", kind: "Namespace", metadata: { name: JOBS_NAMESPACE } };
  await client.apply(namespaces, space satisfies Resource, { fieldManager: "pystol-bench" });
  const actions = { type: pystolActions, namespace: SHOP };
  const hasVerdict = ({ status }: PystolAction) => status?.verdict !== undefined;
  await using verdicts = await watchFor(client, { ...actions, fits: hasVerdict });
  await using injections = await watchFor(client, {
    ...actions,
    fits: ({ status }) => status?.injectedTime !== undefined,
  });
  await using completions = await watchFor(client, {
    ...{ type: bareJobs, namespace: JOBS_NAMESPACE },
    // Of a hundred at once some fail on a small machine; the last to end is waited for, whichever way, and failures are counted.
    fits: ({ status }) =>
      ["Complete", "Failed"].some((end) => hasCondition(status?.conditions, end)),
  });
  await using starts = await watchFor(client, {
    ...{ type: pods, namespace: JOBS_NAMESPACE },
    nameOf: ({ metadata }) => metadata.labels?.["job-name"],
    fits: hasStarted,
  });
  const stamp = Date.now().toString(36);
  const made: string[] = [];
  const act = async (role: keyof typeof ACTIONS, name: string, sight: typeof verdicts) => {
    made.push(name);
    const began = nowMs();
    await client.create(pystolActions, {
      ...{ apiVersion: pystolActions.apiVersion, kind: pystolActions.kind },
      metadata: { name, namespace: SHOP },
      spec: ACTIONS[role],
    } as PystolAction);
    const ms = (await sight.seen(name)) - began;
    await verdicts.seen(name);
    return ms;
  };
  const work = async (name: string, sight: typeof starts) => {
    const began = nowMs();
    await client.create(bareJobs, bareJob(name, image));
    const ms = (await sight.seen(name)) - began;
    await completions.seen(name);
    return ms;
  };
  const measure = async (
    what: string,
    count: number,
    both: { action: (name: string) => Promise<number>; job: (name: string) => Promise<number> },
  ): Promise<KindPair[]> => {
    const found: KindPair[] = [];
    for (let pair = 1; pair <= count; pair++) {
      const times = { action: Number.NaN, job: Number.NaN };
      for (const kind of shuffled(["action", "job"] as const)) {
        progress(`${what}, ${pair} of ${count}: ${kind}`);
        times[kind] = await both[kind](`bench-${stamp}-${what}-${pair}`);
        await idle();
      }
      found.push({ actionMs: times.action, jobMs: times.job });
    }
    return found;
  };
  /** What a measurement leaves to do, such as a pod in the place of a killed one, is over. */
  const idle = () =>
    eventually(async () => {
      const { items } = await client.list(pods, { namespace: SHOP });
      if (!items.every(isReady)) throw new Error(`pods of ${SHOP} are not ready`);
    }, 60_000);
  try {
    const verdictPairs = await measure("verdict", pairs, {
      action: (name) => act("pingtest", name, verdicts),
      job: (name) => work(name, completions),
    });
    const injectionPairs = await measure("injected", pairs, {
      action: (name) => act("killpods", name, injections),
      job: (name) => work(name, starts),
    });
    const last = (one: (name: string) => Promise<number>) => async (name: string) => {
      const names = Array.from({ length: many }, (_, index) => `${name}-${index}`);
      const began = nowMs();
      await Promise.all(names.map(one));
      return nowMs() - began;
    };
    const manyPairs = await measure("many", many > 0 ? 1 : 0, {
      action: last((name) => act("pingtest", name, verdicts)),
      job: last((name) => work(name, completions)),
    });
    const ofMany = ({ metadata }: Resource) => metadata.name.includes("-many-");
    const [ended, worked] = await Promise.all([
      client.list(pystolActions, { namespace: SHOP }),
      client.list(bareJobs, { namespace: JOBS_NAMESPACE }),
    ]);
    const failed = {
      actions: ended.items.filter((one) => ofMany(one) && one.status?.verdict !== "Passed").length,
      jobs: worked.items.filter(
        (one) => ofMany(one) && !hasCondition(one.status?.conditions, "Complete"),
      ).length,
    };
    return {
      verdicts: verdictPairs,
      injections: injectionPairs,
      manyAtOnce: { count: many, pairs: manyPairs, failed },
    };
  } finally {
    for (const name of made) {
      await client.delete(pystolActions, { namespace: SHOP, name }).catch(() => undefined);
    }
    await client.delete(namespaces, { name: JOBS_NAMESPACE }).catch(() => undefined);
  }
}

function hasCondition(conditions: { type: string; status: string }[] | undefined, type: string) {
  return conditions?.some((one) => one.type === type && one.status === "True") ?? false;
}

function hasStarted({ status }: Pod): boolean {
  const states = (status as { containerStatuses?: { state?: object }[] } | undefined)
    ?.containerStatuses;
  return states?.some(({ state = {} }) => "running" in state || "terminated" in state) ?? false;
}

function isReady({ status }: Pod): boolean {
  return hasCondition(
    (status as { conditions?: { type: string; status: string }[] })?.conditions,
    "Ready",
  );
}
