import { join } from "node:path";
import type { BenchWorld } from "../world.ts";
import { type Running, startProgram } from "./running.ts";

/** client-node's informers and typed API, as its examples have them. */
export function startNaive(
  world: BenchWorld,
  { writesFile }: { writesFile: string },
): Promise<Running> {
  return startProgram({
    name: "client-node",
    folder: world.folder,
    program: process.execPath,
    args: [join(import.meta.dirname, "../naive/main.ts"), world.kubeconfig, writesFile],
  });
}
