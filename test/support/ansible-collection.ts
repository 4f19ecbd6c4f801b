import { mkdir, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { stringify } from "yaml";
import { ensureAnsible } from "../cluster/ansible.ts";
import { cacheDirOf } from "../cluster/cache.ts";
import type { Progress } from "../cluster/progress.ts";

const quiet: Progress = () => undefined;

/**
 * A folder with ansible-playbook and ansible-doc, of the version that the runner's image has, and as scripts of Python as there:
 * those of the cache are scripts of the shell, because a first line cannot name an interpreter beside its file.
 */
export async function ansibleFolder(): Promise<string> {
  const ansible = await ensureAnsible({ cacheDir: cacheDirOf(process.env), progress: quiet });
  const installed = dirname(ansible.ansiblePlaybook);
  const folder = join(tmpdir(), `pystol-${basename(installed)}`);
  await mkdir(folder, { recursive: true });
  for (const command of ["playbook", "doc"]) {
    const file = join(folder, `ansible-${command}`);
    const text = `#!${installed}/venv/bin/python3\nimport sys\nfrom ansible.cli.${command} import main\n\nsys.exit(main())\n`;
    // Other processes may run it just now.
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, text, { mode: 0o755 });
    await rename(draft, file);
  }
  return folder;
}

/** The entry points of a phased role. */
interface PhasedTasks {
  inject?: readonly object[];
  verify?: readonly object[];
  recover?: readonly object[];
}

/** Roles of a stranger: their names with their tasks, as YAML text or as data; of a phased role those of each entry point. */
export type Roles = Readonly<Record<string, string | readonly object[] | PhasedTasks>>;

/** Writes the collection acme.tests with these roles below `folder`, where Ansible finds collections. */
export async function writeStrangersCollection(folder: string, roles: Roles): Promise<void> {
  for (const [name, tasks] of Object.entries(roles)) {
    const role = join(folder, "ansible_collections/acme/tests/roles", name, "tasks");
    await mkdir(role, { recursive: true });
    const files = typeof tasks === "string" || Array.isArray(tasks) ? { main: tasks } : tasks;
    for (const [entry, content] of Object.entries(files)) {
      const text = typeof content === "string" ? content : stringify(content);
      await writeFile(join(role, `${entry}.yml`), text);
    }
  }
}
