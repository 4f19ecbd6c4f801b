import { stat } from "node:fs/promises";
import { ExplainedError } from "../explained-error.ts";
import type { GitHubApi } from "./github-api.ts";
import { gitHubRepository } from "./github-repository.ts";
import { localRepository } from "./local-repository.ts";
import type { Repository } from "./repository.ts";

/** What was given is no repository; the message says what is expected. */
export class RepositoryError extends ExplainedError {
  override readonly name = "RepositoryError";
}

/** Reads a repository by a folder's path, or by "owner/name" or its address on GitHub. Throws RepositoryError or GitHubError. */
export async function findRepository(given: string, api: GitHubApi): Promise<Repository> {
  const found = await stat(given).catch(() => undefined);
  if (found?.isDirectory() === true) return await localRepository(given);
  const slug = slugIn(given);
  if (slug !== undefined) return await gitHubRepository(slug, api);
  throw new RepositoryError(
    `${JSON.stringify(given)} is no page and no repository: expected a file, a folder, owner/name, or an address on github.com.`,
  );
}

const SLUG = /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/u;

/** "owner/name" of what a person gives for a repository on GitHub, or undefined. */
export function slugIn(given: string): string | undefined {
  const address = /^https:\/\/github\.com\/([^/]+\/[^/#?]+?)(?:\.git)?\/?$/u.exec(given)?.[1];
  const slug = address ?? given;
  const isFile = address === undefined && /\.(?:md|markdown|rst|html?|ya?ml)$/iu.test(slug); // more likely mistyped
  return SLUG.test(slug) && !isFile ? slug : undefined;
}
