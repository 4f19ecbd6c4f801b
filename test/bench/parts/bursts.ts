import { type Burst, burst, warmUp } from "../burst.ts";
import type { CompetitorName, Start } from "../competitors/all.ts";
import type { BurstSample } from "../results.ts";
import { startBenchWorld } from "../world.ts";
import { shuffled } from "./shuffled.ts";

/** A burst of each competitor in each round, in an order drawn anew, each on a fresh control plane. */
export async function measureBursts(options: {
  competitors: readonly CompetitorName[];
  starts: ReadonlyMap<CompetitorName, Start>;
  rounds: number;
  /** Those without a goal of their own run in so many rounds only. */
  sideRounds: number;
  actions: number;
  inFlight: number;
  writesFile: string;
  progress: (text: string) => void;
  onSample: (sample: BurstSample) => void;
}): Promise<void> {
  const { rounds, competitors, sideRounds, progress } = options;
  for (let round = 1; round <= rounds; round++) {
    const inRound = competitors.filter((one) => round <= sideRounds || !isBeside(one));
    for (const competitor of shuffled(inRound)) {
      progress(`round ${round} of ${rounds}: ${competitor}`);
      options.onSample({ round, competitor, burst: await burstOf(competitor, options) });
    }
  }
}

function isBeside(name: CompetitorName): boolean {
  return name === "client-node" || name === "kopf";
}

async function burstOf(
  name: CompetitorName,
  options: Parameters<typeof measureBursts>[0],
): Promise<Burst> {
  const { starts, actions: count, inFlight, writesFile } = options;
  await using world = await startBenchWorld();
  const start = starts.get(name);
  if (!start) return await burst(world, { count, inFlight, writesFile });
  await using competitor = await start(world);
  await warmUp(world, competitor);
  return await burst(world, { count, inFlight, writesFile, competitor });
}
