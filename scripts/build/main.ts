import { join } from "node:path";
import { type RolldownOptions, rolldown } from "rolldown";
import configuration from "../../rolldown.config.ts";
import { buildCollection } from "./collection.ts";
import { runnerContext } from "./runner-context.ts";

// Builds everything that is shipped: the bundles of rolldown.config.ts, the collection, and the runner image's context.
const root = join(import.meta.dirname, "../..");
process.chdir(root);

for (const options of configuration as RolldownOptions[]) {
  const bundle = await rolldown(options);
  const outputs = [options.output ?? {}].flat();
  for (const output of outputs) await bundle.write(output);
  await bundle.close();
}
await buildCollection({ outDir: join(root, "collection/dist") });
await runnerContext({ dir: join(root, "out/images/runner") });
