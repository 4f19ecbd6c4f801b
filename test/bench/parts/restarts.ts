import { setTimeout as delay } from "node:timers/promises";
import { JOBS_PATH, startLoad, startObserver } from "../burst.ts";
import type { CompetitorName, Start } from "../competitors/all.ts";
import type { ObserverReport } from "../observer/main.ts";
import { memory } from "../process-figures.ts";
import type { RestartSample } from "../results.ts";
import { type BenchWorld, startBenchWorld } from "../world.ts";
import { finishActions } from "./finished-actions.ts";
import { shuffled } from "./shuffled.ts";

const SETTLING_MS = 3_000;

/** Restarts each competitor while an action waits: first in an empty cluster, then beside many finished actions. */
export async function measureRestarts(options: {
  competitors: readonly CompetitorName[];
  starts: ReadonlyMap<CompetitorName, Start>;
  repetitions: number;
  finished: number;
  progress: (text: string) => void;
  onSample: (sample: RestartSample) => void;
}): Promise<void> {
  const { competitors, starts, repetitions, progress } = options;
  await using world = await startBenchWorld();
  for (const finished of [0, options.finished]) {
    if (finished > 0) {
      progress(`${finished} finished actions are made`);
      await finishActions(world, finished);
    }
    for (let round = 1; round <= repetitions; round++) {
      for (const competitor of shuffled(competitors)) {
        const start = starts.get(competitor);
        if (!start) continue;
        progress(`restart ${round} of ${repetitions} with ${finished} finished: ${competitor}`);
        const name = `restart-${finished}-${round}-${competitor}`;
        options.onSample({ competitor, finished, round, ...(await restart(world, start, name)) });
      }
    }
  }
}

async function restart(
  world: BenchWorld,
  start: Start,
  name: string,
): Promise<Pick<RestartSample, "firstJobMs" | "idle">> {
  const { admin } = world;
  await using observer = await startObserver({ admin, path: JOBS_PATH, counts: "there", count: 1 });
  await using load = await startLoad({ admin, names: [name], inFlight: 1 });
  await load.message(30_000);
  const startedMs = Number(process.hrtime.bigint()) / 1e6;
  await using competitor = await start(world);
  const { seenMs } = await observer.message<ObserverReport>(60_000).catch(async (error) => {
    await competitor.throwIfEnded();
    throw error;
  });
  const [seen = Number.NaN] = Object.values(seenMs);
  await delay(SETTLING_MS);
  return { firstJobMs: seen - startedMs, idle: await memory(competitor.pid) };
}
