import { join } from "node:path";
import { rolldown } from "rolldown";
import configuration from "../../rolldown.config.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Bundles the action into action/dist/index.js, the one file that action.yml names for main and post. */
export async function buildAction(): Promise<void> {
  const { output, input, ...options } = configuration;
  const bundle = await rolldown({ ...options, input: join(ROOT, String(input)) });
  for (const { file, ...one } of [output ?? {}].flat()) {
    await bundle.write({ ...one, ...(file ? { file: join(ROOT, file) } : {}) });
  }
  await bundle.close();
}
