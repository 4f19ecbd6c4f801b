import { open, readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { LONGEST_PAGE_BYTES } from "./pictures/pictures-in.ts";
import type { Repository, RepositoryFile } from "./repository.ts";

export const README = /^readme(?:\.(?:md|markdown|rst|html?|txt))?$/iu;

/** Reads what is needed of a repository in a folder: its READMEs and workflows, and what Git knows of its origin. */
export async function localRepository(folder: string): Promise<Repository> {
  const root = resolve(folder);
  const names = await readdir(root);
  const nested = await namesIn(join(root, ".github"));
  const pages = [
    ...names.filter((name) => README.test(name)),
    ...nested.filter((name) => README.test(name)).map((name) => `.github/${name}`),
  ];
  const workflows = (await namesIn(join(root, ".github/workflows")))
    .filter((name) => /\.ya?ml$/u.test(name))
    .map((name) => `.github/workflows/${name}`);
  const { slug, defaultBranch } = await originOf(root);
  return {
    name: slug ?? basename(root),
    ...(slug === undefined ? {} : { slug }),
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
    pages: await filesAt(root, pages.toSorted()),
    workflows: await filesAt(root, workflows.toSorted()),
  };
}

/** The nearest folder at or above a path that is a Git checkout, or undefined. */
export async function checkoutAround(path: string): Promise<string | undefined> {
  let folder = resolve(path);
  while (!(await isThere(join(folder, ".git")))) {
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
  return folder;
}

/** Reads the start of a file; what is longer than a README may be is cut. */
export async function readPage(path: string): Promise<string> {
  await using file = await open(path);
  const buffer = Buffer.alloc(LONGEST_PAGE_BYTES);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  return buffer.subarray(0, bytesRead).toString("utf8");
}

async function filesAt(root: string, paths: readonly string[]): Promise<RepositoryFile[]> {
  return await Promise.all(
    paths.map(async (path) => ({ path, text: await readPage(join(root, path)) })),
  );
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []); // most repositories have no such folder
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** The repository on GitHub that a checkout comes from, and its default branch as Git last heard of it. */
async function originOf(root: string): Promise<Pick<Repository, "slug" | "defaultBranch">> {
  const read = (path: string) => readFile(join(root, ".git", path), "utf8").catch(() => "");
  const section = /^\[remote "origin"\]\s*\n((?:(?!\[).*\n?)*)/mu.exec(await read("config"))?.[1];
  const url = /^\s*url\s*=\s*(\S+)/mu.exec(section ?? "")?.[1] ?? "";
  const slug =
    /^(?:https:\/\/(?:[^/@]*@)?|git@|ssh:\/\/git@)github\.com[/:]([^/]+\/[^/]+?)(?:\.git)?\/?$/u;
  const name = slug.exec(url)?.[1];
  const head = await read("refs/remotes/origin/HEAD");
  const branch = /^ref: refs\/remotes\/origin\/(\S+)/u.exec(head)?.[1];
  return {
    ...(name === undefined ? {} : { slug: name }),
    ...(branch === undefined ? {} : { defaultBranch: branch }),
  };
}
