import { chmod, cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "rolldown";
import { bundleOf } from "./bundle.ts";
import { buildCollection } from "./collection.ts";

const ROOT = join(import.meta.dirname, "../..");

/**
 * Makes the build context of runner/Containerfile in `dir`, which is emptied first: the Node.js binary, the bundles of the
 * runner, with its Python files beside it, and of what fetches collections, the node helper, the command pystol-record, and the
 * collection.
 */
export async function runnerContext({ dir }: { dir: string }): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  const runner = join(dir, "runner");
  await mkdir(runner, { recursive: true });
  await Promise.all([
    cp(join(ROOT, "node_modules/node/bin/node"), join(dir, "node")),
    cp(join(ROOT, "runner/ansible"), join(runner, "ansible"), {
      recursive: true,
      filter: (path) => !path.includes("__pycache__"),
    }),
    // In chunks: what starts Ansible is small, and the rest is loaded while that starts.
    build(
      bundleOf("runner/main.ts", {
        dir: runner,
        entryFileNames: "main.js",
        chunkFileNames: "[name].js",
      }),
    ),
    bundle("runner/fetch/main.ts", join(runner, "fetch.js")),
    bundle("node-helper/main.ts", join(dir, "node-helper/main.js")),
    bundle("runner/record/main.ts", join(dir, "pystol-record"), "#!/usr/bin/node"),
    buildCollection({ outDir: dir }),
  ]);
  await chmod(join(dir, "pystol-record"), 0o755);
}

function bundle(input: string, file: string, postBanner = ""): Promise<unknown> {
  return build(bundleOf(input, { file, codeSplitting: false, postBanner }));
}
