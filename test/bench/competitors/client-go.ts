import { join } from "node:path";
import { cached } from "../../cluster/cache.ts";
import { goBuild } from "../../cluster/go.ts";
import type { GoWhere } from "../../cluster/go-program.ts";
import { sourceFiles } from "../../cluster/source-files.ts";
import type { BenchWorld } from "../world.ts";
import { type Running, startProgram } from "./running.ts";

const MODULE = join(import.meta.dirname, "../go-operator");

/** The path of the reference operator on client-go, compiled once. */
export async function buildClientGo(where: GoWhere): Promise<string> {
  const folder = await cached({
    ...where,
    name: "bench-client-go",
    inputs: await sourceFiles(MODULE),
    build: async (outputFolder) => {
      where.progress("Compile the reference operator on client-go");
      await goBuild({
        purpose: "Compile the reference operator",
        moduleFolder: MODULE,
        packages: ".",
        outputFolder,
        where,
      });
    },
  });
  return join(folder, "go-operator");
}

/** Watches what ours watches, unfinished actions alone too. */
export function startClientGo(
  world: BenchWorld,
  { program, writesFile }: { program: string; writesFile: string },
): Promise<Running> {
  return startProgram({
    name: "client-go",
    folder: world.folder,
    program,
    args: [
      ...["-kubeconfig", world.kubeconfig, "-writes", writesFile],
      ...["-actions-field-selector", "status.verdict="],
    ],
  });
}
