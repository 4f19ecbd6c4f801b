import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OutputOptions, type RolldownOptions, rolldown } from "rolldown";
import config from "../../rolldown.config.ts";

const root = join(import.meta.dirname, "../..");

/**
 * The bundled action, built as `npm run build` builds it, in a folder of its own that looks like a checkout: tests run what is
 * shipped, and not what an earlier build left.
 */
export async function bundleAction(): Promise<{ directory: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), "pystol-action-"));
  const { output, ...input } = config as RolldownOptions & { output: OutputOptions };
  const build = await rolldown({ ...input, cwd: root });
  await build.write({ ...output, file: join(directory, "action/dist/index.js") });
  await cp(join(root, "action.yml"), join(directory, "action.yml"));
  for (const folder of ["crds", "operator", "collection"]) {
    await symlink(join(root, folder), join(directory, folder));
  }
  return {
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
