import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../support/pystol-control-plane.ts";
import { between, type RequestCounts, requestCounts } from "./api-requests.ts";
import { type Child, startChild } from "./child.ts";
import type { Running } from "./competitors/running.ts";
import type { LoadOrders, LoadReport } from "./load/main.ts";
import type { ObserverOrders, ObserverReport } from "./observer/main.ts";
import { cpuSeconds, type Memory, memory } from "./process-figures.ts";
import { type BenchWorld, NAMESPACE } from "./world.ts";

export const ACTIONS_PATH = `/apis/pystol.org/v1alpha1/namespaces/${NAMESPACE}/pystolactions`;
export const JOBS_PATH = "/apis/batch/v1/namespaces/pystol-runs/jobs";
const PODS_PATH = "/api/v1/namespaces/pystol-runs/pods";

const LONGEST_MS = 180_000;

/** What one burst showed of one competitor. */
export interface Burst {
  /** From the first creation to the last status, per second. */
  actionsPerSecond: number;
  /** From sending the creation until the observer saw the status, in ms, ascending. */
  latenciesMs: number[];
  /** How long the load took to create them all, in ms. */
  loadMs: number;
  relists: number;
  /** What its process used until every pod was made; not for the ceiling, which is part of the load. */
  process?: { cpuSeconds: number; memory: Memory };
  requests: RequestCounts;
}

/**
 * Creates `count` actions at once, `inFlight` at a time, and watches until each is Starting; a competitor carries them there,
 * or, without one, the load itself replays the writes of `writesFile`.
 */
export async function burst(
  world: BenchWorld,
  options: { count: number; inFlight: number; competitor?: Running; writesFile: string },
): Promise<Burst> {
  const { count, inFlight, competitor, writesFile } = options;
  const { admin } = world;
  const names = Array.from({ length: count }, (_, index) => `burst-${index}`);
  const observer = await startObserver({ admin, path: ACTIONS_PATH, counts: "starting", count });
  const cpuBefore = competitor ? await cpuSeconds(competitor.pid) : 0;
  const requestsBefore = await requestCounts(world.pystol.client);
  await using load = await startLoad({
    ...{ admin, names, inFlight },
    ...(competitor ? {} : { replay: { account: world.operator, writesFile } }),
  });
  const { sentMs } = await load.message<LoadReport>(LONGEST_MS);
  const loadEndedMs = Number(process.hrtime.bigint()) / 1e6;
  const { seenMs, relists } = await observer
    .message<ObserverReport>(LONGEST_MS)
    .catch(async (e) => {
      await competitor?.throwIfEnded();
      throw e;
    });
  await observer[Symbol.asyncDispose]();
  const firstMs = Math.min(...Object.values(sentMs));
  const lastMs = Math.max(...Object.values(seenMs));
  await untilPodsAreMade(world, count);
  const requestsAfter = await requestCounts(world.pystol.client);
  return {
    actionsPerSecond: (count * 1000) / (lastMs - firstMs),
    latenciesMs: names
      .map((name) => (seenMs[name] ?? Number.NaN) - (sentMs[name] ?? Number.NaN))
      .sort((a, b) => a - b),
    loadMs: loadEndedMs - firstMs,
    relists,
    ...(competitor
      ? {
          process: {
            cpuSeconds: (await cpuSeconds(competitor.pid)) - cpuBefore,
            memory: await memory(competitor.pid),
          },
        }
      : {}),
    requests: between(requestsBefore, requestsAfter),
  };
}

/** Starts an observer and waits until it watches. */
export async function startObserver(orders: ObserverOrders): Promise<Child> {
  const observer = await startChild(join(import.meta.dirname, "observer/main.ts"), orders);
  await observer.message<"ready">(30_000);
  return observer;
}

export function startLoad(orders: LoadOrders): Promise<Child> {
  return startChild(join(import.meta.dirname, "load/main.ts"), orders);
}

/** Carries one action to Starting: then the competitor watches, and has done everything once. */
export async function warmUp(world: BenchWorld, competitor: Running): Promise<void> {
  const { admin } = world;
  await using observer = await startObserver({
    ...{ admin, path: ACTIONS_PATH, counts: "starting", count: 1 },
  });
  await using load = await startLoad({ admin, names: ["warm-up"], inFlight: 1 });
  await load.message(30_000);
  await observer.message(60_000).catch(async (error) => {
    await competitor.throwIfEnded();
    throw error;
  });
}

/** The Job controller is done: handling what it tells of is part of an operator's work. */
async function untilPodsAreMade(world: BenchWorld, count: number): Promise<void> {
  await eventually(async () => {
    const list = await world.pystol.client.request<{
      items: unknown[];
      metadata: { remainingItemCount?: number };
    }>({ method: "GET", path: PODS_PATH, query: { limit: 1 } });
    const there = list.items.length + (list.metadata.remainingItemCount ?? 0);
    if (there < count) throw new Error(`${there} of ${count} pods are made`);
  }, LONGEST_MS);
  await delay(500);
}
