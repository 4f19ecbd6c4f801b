import { cp, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BuildOptions, build } from "rolldown";
import { bundleOf } from "./bundle.ts";

const SOURCE = join(import.meta.dirname, "../../collection");
const COPIED = ["README.md", "galaxy.yml", "meta", "plugins", "roles"];

/**
 * Lays the collection out below `outDir` as Ansible finds it, ansible_collections/pystol/actions with each module bundled into
 * one file, and returns that folder. What was there before is removed.
 */
export async function buildCollection({ outDir }: { outDir: string }): Promise<string> {
  const folder = join(outDir, "ansible_collections/pystol/actions");
  await rm(folder, { recursive: true, force: true });
  for (const name of COPIED) await cp(join(SOURCE, name), join(folder, name), { recursive: true });
  const modules = await modulesOf(join(SOURCE, "modules"));
  await build(modules.map((name) => moduleBundle(name, folder)));
  await refuseUndocumented(modules, folder);
  return folder;
}

/** Each folder with a main.ts is a module; the others hold what modules share. */
async function modulesOf(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((file) => /^[^/]+\/main\.ts$/.test(file))
    .map(dirname)
    .sort();
}

/**
 * A module as Ansible runs it: the interpreter's own path, since a shebang with env is taken for one program's name, and the
 * text WANT_JSON, which asks for the arguments in a file.
 * https://docs.ansible.com/ansible/latest/dev_guide/developing_program_flow_modules.html#non-native-want-json-modules
 */
function moduleBundle(name: string, folder: string): BuildOptions {
  return bundleOf(`collection/modules/${name}/main.ts`, {
    file: join(folder, "plugins/modules", `${name}.js`),
    codeSplitting: false,
    postBanner: `#!/usr/bin/node\n// WANT_JSON\n// Bundled from collection/modules/${name} of Pystol; documented in ${name}.yml.`,
  });
}

async function refuseUndocumented(modules: readonly string[], folder: string): Promise<void> {
  const files = await readdir(join(folder, "plugins/modules"));
  const missing = modules.filter((name) => !files.includes(`${name}.yml`));
  if (missing.length > 0)
    throw new Error(
      `No documentation: collection/plugins/modules lacks ${missing.join(".yml, ")}.yml`,
    );
}
