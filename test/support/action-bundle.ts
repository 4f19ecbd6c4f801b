import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAction } from "../../scripts/build/action.ts";

const root = join(import.meta.dirname, "../..");

/**
 * The bundled action, built as `npm run build` builds it, in a folder of its own that looks like a checkout: tests run what is
 * shipped, and not what an earlier build left.
 */
export async function bundleAction(): Promise<{ directory: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), "pystol-action-"));
  await buildAction(join(directory, "action/dist"));
  for (const piece of ["", "action", "action/setup", "action/run", "action/report"]) {
    await mkdir(join(directory, piece), { recursive: true });
    await cp(join(root, piece, "action.yml"), join(directory, piece, "action.yml"));
  }
  for (const folder of ["crds", "operator", "collection"]) {
    await symlink(join(root, folder), join(directory, folder));
  }
  return {
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
