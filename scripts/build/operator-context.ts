import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "rolldown";

const ROOT = join(import.meta.dirname, "../..");

/** Makes the build context of operator/Containerfile in `dir`, which is emptied first: the Node.js binary and one bundle. */
export async function operatorContext({ dir }: { dir: string }): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await Promise.all([
    cp(join(ROOT, "node_modules/node/bin/node"), join(dir, "node")),
    build({
      input: join(ROOT, "operator/main.ts"),
      platform: "node",
      logLevel: "warn",
      output: { file: join(dir, "main.js"), format: "esm", codeSplitting: false },
    }),
  ]);
}
