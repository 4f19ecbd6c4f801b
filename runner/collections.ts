import { stat } from "node:fs/promises";
import { join } from "node:path";

const DEFAULT_PATHS = ["/usr/share/ansible/collections"];

/**
 * Whether a collection's folder is where Ansible looks: in COLLECTIONS_PATHS and in the folder of the `ansible` package.
 * https://docs.ansible.com/ansible/latest/reference_appendices/config.html#collections-paths
 */
export async function isCollectionThere(
  collection: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  const configured = environment.ANSIBLE_COLLECTIONS_PATH?.split(":");
  const own = environment.HOME ? [join(environment.HOME, ".ansible/collections")] : [];
  const paths = [...(configured ?? [...own, ...DEFAULT_PATHS]), "/usr/lib/python3/dist-packages"];
  const [namespace = "", name = ""] = collection.split(".");
  for (const path of paths) {
    const folder = join(path, "ansible_collections", namespace, name);
    if (await stat(folder).catch(() => undefined)) return true;
  }
  return false;
}
