import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { run } from "./command.ts";
import { hashOf, type Parts } from "./hash.ts";
import { acquireLock } from "./lock.ts";
import type { Progress } from "./progress.ts";

/** Where what is slow to make is kept: `$XDG_CACHE_HOME/pystol`, or `~/.cache/pystol`. */
export function cacheDirOf(env: Readonly<Record<string, string | undefined>>): string {
  // https://specifications.freedesktop.org/basedir-spec/latest/: a relative path is to be ignored.
  const base = env.XDG_CACHE_HOME ?? "";
  return join(isAbsolute(base) ? base : join(homedir(), ".cache"), "pystol");
}

export interface CacheEntry {
  readonly cacheDir: string;
  /** What the entry is, for people who look into the folder: "kubernetes-1.34.4". */
  readonly name: string;
  /** Everything that the content depends on. */
  readonly inputs: Parts;
  readonly progress: Progress;
  /** Makes the content in an empty folder. */
  readonly build: (folder: string) => Promise<void>;
}

/**
 * The folder that holds the entry, built if it is not there. One process builds while others wait;
 * a folder appears under its name only once it is complete and on the disk.
 */
export async function cached(entry: CacheEntry): Promise<string> {
  const folder = join(entry.cacheDir, `${entry.name}-${process.arch}-${hashOf(entry.inputs)}`);
  if (await exists(folder)) return folder;
  await using _lock = await acquireLock(folder, () =>
    entry.progress(`Wait for another process that makes ${entry.name}`),
  );
  if (await exists(folder)) return folder;
  await removeUnfinished(folder);
  const unfinished = join(dirname(folder), `.${basename(folder)}.${process.pid}`);
  await mkdir(unfinished, { recursive: true });
  try {
    await entry.build(unfinished);
    await run("sync", ["--file-system", unfinished], { purpose: "Write the cache to the disk" });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** What a process that was killed left behind; we hold the lock, so nobody works on it. */
async function removeUnfinished(folder: string): Promise<void> {
  const parent = dirname(folder);
  const names = (await exists(parent)) ? await readdir(parent) : [];
  const left = names.filter((name) => name.startsWith(`.${basename(folder)}.`));
  await Promise.all(left.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
