import { setTimeout as delay } from "node:timers/promises";
import { JOBS_PATH, startLoad, startObserver } from "../burst.ts";
import { startOurs } from "../competitors/ours.ts";
import type { ObserverReport } from "../observer/main.ts";
import type { LeaderSample } from "../results.ts";
import { type BenchWorld, startBenchWorld } from "../world.ts";

/** Ends the leader of two operators by each signal in turn, and waits until the other makes the Job of a new action. */
export async function measureLeaders(options: {
  signals: readonly LeaderSample["signal"][];
  progress: (text: string) => void;
  onSample: (sample: LeaderSample) => void;
}): Promise<void> {
  await using world = await startBenchWorld();
  await using operators = new AsyncDisposableStack();
  const start = async () => operators.use(await startOurs(world, { leaderElect: true }));
  // The first alone is the leader, then whoever is left.
  let leader = await start();
  await jobOf(world, "first", () => undefined);
  for (const [index, signal] of options.signals.entries()) {
    options.progress(`${signal} to the leader`);
    const standby = await start();
    await standby.isReady();
    await delay(2_000 + 2_000 * Math.random()); // at any moment between two renewals of the Lease
    const ended = leader.pid;
    const ms = await jobOf(world, `leader-${index}`, () => process.kill(ended, signal));
    options.onSample({ signal, ms });
    leader = standby;
  }
}

/** Acts, creates an action at once, and returns how many ms after the act its Job was seen. */
async function jobOf(world: BenchWorld, name: string, act: () => void): Promise<number> {
  const { admin } = world;
  await using observer = await startObserver({ admin, path: JOBS_PATH, counts: "there", count: 1 });
  const actedMs = Number(process.hrtime.bigint()) / 1e6;
  act();
  await using load = await startLoad({ admin, names: [name], inFlight: 1 });
  await load.message(30_000);
  const { seenMs } = await observer.message<ObserverReport>(60_000);
  const [seen = Number.NaN] = Object.values(seenMs);
  return seen - actedMs;
}
