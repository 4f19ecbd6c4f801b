import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Parts } from "./hash.ts";

/** Every file below `folder`, by its path relative to it: the parts of a hash. */
export async function sourceFiles(folder: string): Promise<Parts> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const parts = files.map(async (file) => [relative(folder, file), await readFile(file)] as const);
  return Object.fromEntries(await Promise.all(parts));
}
