import { createHash } from "node:crypto";
import fs from "node:fs";
import git, { type GitHttpRequest, type GitHttpResponse } from "isomorphic-git";
import { ask, UnreachableError } from "./requests.ts";
import { shown } from "./source.ts";
import type { Staging } from "./staging.ts";

const LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Loads one commit into the bare repository `gitdir`, without its history where the server gives a commit by its hash, else with
 * all branches and tags. Nothing is checked out, so no hook, filter or submodule is ever looked at.
 */
export async function loadCommit(
  { url, commit }: { url: URL; commit: string },
  { gitdir, signal }: { gitdir: string; signal: AbortSignal },
): Promise<void> {
  if (commit.length !== 40) {
    throw new Error(
      `The commit ${commit} of ${shown(url)} is named by SHA-256, which is not supported; use spec.source.archive.`,
    );
  }
  const http = { request: (what: GitHttpRequest) => asked(what, signal) };
  const common = { fs, http, gitdir, url: url.href };
  await git.init({ fs, gitdir, bare: true, defaultBranch: "main" });
  await git.addRemote({ fs, gitdir, remote: "origin", url: url.href });
  try {
    await git.fetch({ ...common, ref: commit, singleBranch: true, depth: 1, tags: false });
    if (await isThere(gitdir, commit)) return;
  } catch (error) {
    if (error instanceof UnreachableError || signal.aborted) throw error;
    // A server may refuse a commit that no branch or tag names; it is within the history of one.
  }
  await git.fetch({ ...common, singleBranch: false, tags: true });
  if (await isThere(gitdir, commit)) return;
  throw new Error(`The repository ${shown(url)} has no commit ${commit} in its branches and tags.`);
}

/** Copies the files of a commit, each of which is what its hash says, from the commit down. */
export async function copyCommit(
  { gitdir, commit }: { gitdir: string; commit: string },
  staging: Staging,
): Promise<void> {
  const cache = {};
  const read = async (oid: string, type: "commit" | "tree" | "blob"): Promise<Buffer> => {
    const found = await git.readObject({ fs, gitdir, oid, format: "content", cache });
    const content = Buffer.from(found.object as Uint8Array);
    const hash = createHash("sha1").update(`${found.type} ${content.byteLength}\0`);
    if (found.type !== type || hash.update(content).digest("hex") !== oid) {
      throw new Error(`The object ${oid} of the repository is not the ${type} that it should be.`);
    }
    return content;
  };
  const copyTree = async (oid: string, folder: string): Promise<void> => {
    for (const { mode, name, oid: entry } of treeEntries(await read(oid, "tree"))) {
      const path = folder + name;
      if (name === "" || name === "." || name === ".." || name.includes("/")) {
        throw new Error(`The tree ${oid} of the repository has an entry named "${name}".`);
      }
      if (mode === "40000") {
        staging.addDirectory(path);
        await copyTree(entry, `${path}/`);
      } else if (mode === "120000") {
        staging.addLink(path, (await read(entry, "blob")).toString());
      } else if (mode === "160000") {
        throw new Error(
          `${JSON.stringify(path)} of the commit is a submodule, which is not supported.`,
        );
      } else {
        const isExecutable = mode === "100755";
        staging.addFile(path, await read(entry, "blob"), { isExecutable });
      }
    }
  };
  const tree = /^tree ([0-9a-f]{40})\n/.exec((await read(commit, "commit")).toString("latin1"));
  await copyTree(tree?.[1] ?? "", "");
  staging.finish();
}

/** https://git-scm.com/book/en/v2/Git-Internals-Git-Objects: mode, space, name, zero, 20 bytes of hash; again and again. */
function* treeEntries(tree: Buffer): Generator<{ mode: string; name: string; oid: string }> {
  for (let at = 0; at < tree.length; ) {
    const space = tree.indexOf(0x20, at);
    const zero = tree.indexOf(0, space);
    if (space < 0 || zero < 0) throw new Error("A tree of the repository is damaged.");
    yield {
      mode: tree.toString("latin1", at, space),
      name: tree.toString("utf8", space + 1, zero),
      oid: tree.toString("hex", zero + 1, zero + 21),
    };
    at = zero + 21;
  }
}

async function isThere(gitdir: string, oid: string): Promise<boolean> {
  try {
    await git.readObject({ fs, gitdir, oid, format: "content" });
    return true;
  } catch (error) {
    if (error instanceof git.Errors.NotFoundError) return false;
    throw error;
  }
}

async function asked(what: GitHttpRequest, signal: AbortSignal): Promise<GitHttpResponse> {
  const { method = "GET", headers = {} } = what;
  const parts: Uint8Array[] = [];
  for await (const part of what.body ?? []) parts.push(part);
  const {
    url,
    headers: answered,
    body,
  } = await ask(new URL(what.url), {
    headers,
    limitBytes: LIMIT_BYTES,
    signal,
    ...(method === "POST" ? { body: Buffer.concat(parts) } : {}),
  });
  const iterator = body[Symbol.asyncIterator]() as AsyncIterableIterator<Uint8Array>;
  return {
    ...{ url: url.href, method, statusCode: 200, statusMessage: "OK" },
    headers: answered,
    body: iterator,
  };
}
