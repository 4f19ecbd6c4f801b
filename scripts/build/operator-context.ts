import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "rolldown";

const ROOT = join(import.meta.dirname, "../..");

/**
 * Makes the build context of operator/Containerfile in `dir`, which is emptied first: the Node.js binary and the bundle.
 * What a kubeconfig needs is a chunk of its own, which no operator in a pod loads: it is 17 MB, and Node.js keeps source in memory.
 * For the same reason there are no blanks and comments; names stay, for stacks in the log.
 */
export async function operatorContext({ dir }: { dir: string }): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await Promise.all([
    cp(join(ROOT, "node_modules/node/bin/node"), join(dir, "node")),
    build({
      input: join(ROOT, "operator/main.ts"),
      platform: "node",
      logLevel: "warn",
      output: {
        dir,
        format: "esm",
        minify: { compress: true, mangle: false, codegen: true },
        entryFileNames: "main.js",
        chunkFileNames: "[name].js",
      },
    }),
  ]);
}
