import { rm } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import configuration from "../../rolldown.config.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Bundles the action into a folder, action/dist/ unless another is named: the programs that the action.yml files name. */
export async function buildAction(directory = join(ROOT, "action/dist")): Promise<void> {
  const { output, ...options } = configuration;
  const [one = {}] = [output ?? {}].flat();
  await rm(directory, { recursive: true, force: true });
  const bundle = await rolldown({ ...options, cwd: ROOT });
  await bundle.write({ ...one, dir: directory });
  await bundle.close();
}
