import { join } from "node:path";
import { buildAction } from "./action.ts";
import { buildCollection } from "./collection.ts";
import { operatorContext } from "./operator-context.ts";
import { runnerContext } from "./runner-context.ts";

// Builds everything that is shipped: the action's bundle, the collection, and the contexts of the two images.
const root = join(import.meta.dirname, "../..");
await buildAction();
await buildCollection({ outDir: join(root, "collection/dist") });
await operatorContext({ dir: join(root, "out/images/operator") });
await runnerContext({ dir: join(root, "out/images/runner") });
