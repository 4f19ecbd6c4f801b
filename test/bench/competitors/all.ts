import type { BenchWorld } from "../world.ts";
import { buildClientGo, startClientGo } from "./client-go.ts";
import { installKopf, startKopf } from "./kopf.ts";
import { startNaive } from "./naive.ts";
import { buildOurs, startOurs } from "./ours.ts";
import type { Running } from "./running.ts";

/** In the order of the tables. The ceiling is no operator: the load itself makes its writes. */
export const COMPETITORS = ["ours", "client-go", "client-node", "kopf", "ceiling"] as const;
export type CompetitorName = (typeof COMPETITORS)[number];

/** Starts an operator in a world. */
export type Start = (world: BenchWorld) => Promise<Running>;

/** Builds what is needed of these, and returns how to start each; the ceiling has nothing to start. */
export async function prepare(
  names: readonly CompetitorName[],
  where: { cacheDir: string; writesFile: string; progress: (text: string) => void },
): Promise<ReadonlyMap<CompetitorName, Start>> {
  const { writesFile } = where;
  const starts = new Map<CompetitorName, Start>();
  await buildOurs(); // its writes are recorded in any case
  if (names.includes("ours")) starts.set("ours", (world) => startOurs(world));
  if (names.includes("client-go")) {
    const program = await buildClientGo(where);
    starts.set("client-go", (world) => startClientGo(world, { program, writesFile }));
  }
  if (names.includes("client-node")) {
    starts.set("client-node", (world) => startNaive(world, { writesFile }));
  }
  if (names.includes("kopf")) {
    const program = await installKopf(where);
    starts.set("kopf", (world) => startKopf(world, { program, writesFile }));
  }
  return starts;
}
