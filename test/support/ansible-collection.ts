import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { ensureAnsible } from "../cluster/ansible.ts";
import { cacheDirOf } from "../cluster/cache.ts";
import type { Progress } from "../cluster/progress.ts";

const quiet: Progress = () => undefined;

/** The folder with ansible-playbook and ansible-doc, of the version that the runner's image has. */
export async function ansibleFolder(): Promise<string> {
  const ansible = await ensureAnsible({ cacheDir: cacheDirOf(process.env), progress: quiet });
  return dirname(ansible.ansiblePlaybook);
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
