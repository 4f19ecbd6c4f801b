import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "rolldown";
import { bundleOf } from "./bundle.ts";

const ROOT = join(import.meta.dirname, "../..");

/**
 * Makes the build context of operator/Containerfile in `dir`, which is emptied first: the Node.js binary and the bundle.
 * What a kubeconfig needs is a chunk of its own, which no operator in a pod loads: it is 17 MB, and Node.js keeps source in memory.
 */
export async function operatorContext({ dir }: { dir: string }): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await Promise.all([
    writeFile(join(dir, "package.json"), '{ "type": "commonjs" }\n'), // where it is run in the checkout
    cp(join(ROOT, "node_modules/node/bin/node"), join(dir, "node")),
    build(
      bundleOf("operator/main.ts", {
        dir,
        entryFileNames: "main.js",
        chunkFileNames: "[name].js",
      }),
    ),
  ]);
}
