import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../cluster/cache.ts";
import { run } from "../../cluster/command.ts";
import type { GoWhere } from "../../cluster/go-program.ts";
import type { BenchWorld } from "../world.ts";
import { type Running, startProgram } from "./running.ts";

const FOLDER = join(import.meta.dirname, "../kopf-operator");

/** The path of a Python that has kopf, installed once. */
export async function installKopf(where: Pick<GoWhere, "cacheDir" | "progress">): Promise<string> {
  const requirements = join(FOLDER, "requirements.txt");
  const folder = await cached({
    ...where,
    name: "bench-kopf",
    inputs: { requirements: await readFile(requirements) },
    build: async (unfinished) => {
      where.progress("Install kopf");
      const environment = join(unfinished, "venv");
      await run("python3", ["-m", "venv", environment], {
        purpose: "Make a Python environment for kopf",
        advice: "On Debian: apt-get install python3 python3-venv",
      });
      const args = ["-m", "pip", "install", "--quiet", "--requirement", requirements];
      await run(join(environment, "bin/python3"), args, {
        purpose: "Install kopf",
        advice: "Can the Python package index be reached?",
      });
    },
  });
  return join(folder, "venv/bin/python3");
}

export function startKopf(
  world: BenchWorld,
  { program, writesFile }: { program: string; writesFile: string },
): Promise<Running> {
  const args = ["-m", "kopf", "run", "--all-namespaces", "--standalone", "--quiet"];
  return startProgram({
    name: "kopf",
    folder: world.folder,
    program,
    args: [...args, join(FOLDER, "operator.py")],
    env: { KUBECONFIG: world.kubeconfig, BENCH_WRITES: writesFile, HOME: world.folder },
  });
}
