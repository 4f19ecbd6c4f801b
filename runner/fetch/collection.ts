import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { loadArchive, unpack } from "./archive.ts";
import { copyCommit, loadCommit } from "./git.ts";
import type { CollectionName, Source } from "./source.ts";
import { Staging, type StagingLimits } from "./staging.ts";

/** With the archive, 64 MiB at most, it fits into the pod's volume of 256 MiB; large collections have a quarter of it. */
const LIMITS: StagingLimits = {
  entries: 20_000,
  fileBytes: 32 * 1024 * 1024,
  totalBytes: 160 * 1024 * 1024,
};

/**
 * Fetches a collection and puts it where Ansible finds it, in ansible_collections/NAMESPACE/NAME below `folder`: all of it, checked,
 * or nothing.
 *
 * @throws UnreachableError where trying again may help, else an Error with one sentence that says what is wrong.
 */
export async function fetchCollection(
  source: Source,
  collection: CollectionName,
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<void> {
  // Beside its place, so that it can be renamed.
  const work = await mkdtemp(join(folder, ".fetch-"));
  try {
    const files = join(work, "files");
    await mkdir(files);
    const staging = new Staging(files, LIMITS);
    if (source.kind === "archive") {
      const file = join(work, "archive");
      await loadArchive(source, { file, signal });
      await unpack(file, staging);
    } else {
      const gitdir = join(work, "git");
      await loadCommit(source, { gitdir, signal });
      await copyCommit({ gitdir, commit: source.commit }, staging);
    }
    const found = await findCollection(files, collection);
    const place = join(folder, "ansible_collections", collection.namespace, collection.name);
    await mkdir(dirname(place), { recursive: true });
    await rm(place, { recursive: true, force: true });
    await rename(found, place);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The folder with the collection: all of it, its one folder as in archives of repositories, or that of a workspace. */
async function findCollection(files: string, collection: CollectionName): Promise<string> {
  const { namespace, name } = collection;
  const entries = await readdir(files, { withFileTypes: true });
  const only = entries.length === 1 && entries[0]?.isDirectory() ? [entries[0].name] : [];
  const tops = [files, ...only.map((folder) => join(files, folder))];
  const folders = tops.flatMap((top) => [top, join(top, "ansible_collections", namespace, name)]);
  const others: string[] = [];
  for (const folder of folders) {
    const said = await nameIn(folder);
    if (said === `${namespace}.${name}`) return folder;
    if (said) others.push(said);
  }
  const found = others.length > 0 ? `the collection ${others.join(", ")}` : "no collection";
  throw new Error(
    `The source has ${found}; expected ${namespace}.${name} by its MANIFEST.json or galaxy.yml.`,
  );
}

/** What a built collection's MANIFEST.json, or the galaxy.yml of one that is not built, says that it is. */
async function nameIn(folder: string): Promise<string | undefined> {
  const manifest = await contentOf(join(folder, "MANIFEST.json"));
  const galaxy = manifest === undefined ? await contentOf(join(folder, "galaxy.yml")) : undefined;
  try {
    const info =
      manifest === undefined ? parse(galaxy ?? "") : JSON.parse(manifest).collection_info;
    return info ? `${info.namespace}.${info.name}` : undefined;
  } catch (cause) {
    const file = manifest === undefined ? "galaxy.yml" : "MANIFEST.json";
    throw new Error(`The source's ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
