import { stat } from "node:fs/promises";
import { join } from "node:path";

const DEFAULT_PATHS = ["/usr/share/ansible/collections"];

/** Where a role is, and which of the entry points of a phased role it has. */
export type FoundRole =
  | { kind: "noCollection" }
  | { kind: "noRole" }
  | { kind: "found"; entries: ReadonlySet<string> };

/**
 * Looks for a role where Ansible does: in COLLECTIONS_PATHS and in the folder of the `ansible` package; the first folder that
 * has the collection counts.
 * https://docs.ansible.com/ansible/latest/reference_appendices/config.html#collections-paths
 */
export async function findRole(
  { collection, role }: { collection: string; role: string },
  environment: Readonly<Record<string, string | undefined>>,
): Promise<FoundRole> {
  const configured = environment.ANSIBLE_COLLECTIONS_PATH?.split(":");
  const own = environment.HOME ? [join(environment.HOME, ".ansible/collections")] : [];
  const paths = [...(configured ?? [...own, ...DEFAULT_PATHS]), "/usr/lib/python3/dist-packages"];
  const [namespace = "", name = ""] = collection.split(".");
  for (const path of paths) {
    const folder = join(path, "ansible_collections", namespace, name);
    if (!(await isThere(folder))) continue;
    const tasks = join(folder, "roles", role, "tasks");
    if (!(await isThere(tasks))) return { kind: "noRole" };
    const entries = new Set<string>();
    for (const entry of ["inject", "verify", "recover"]) {
      for (const ending of ["yml", "yaml"])
        if (await isThere(join(tasks, `${entry}.${ending}`))) entries.add(entry);
    }
    return { kind: "found", entries };
  }
  return { kind: "noCollection" };
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
