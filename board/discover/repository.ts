import type { Context } from "../lint/context.ts";
import { workflowIn } from "./workflow-file.ts";

/** A file of a repository that was read. */
export interface RepositoryFile {
  /** From the repository's root, with "/". */
  readonly path: string;
  readonly text: string;
}

/** What is read of a repository: its README and its workflows. */
export interface Repository {
  /** How a person calls it: "owner/name", or a folder's name. */
  readonly name: string;
  /** "owner/name", where it is on GitHub. */
  readonly slug?: string;
  readonly defaultBranch?: string;
  readonly pages: readonly RepositoryFile[];
  readonly workflows: readonly RepositoryFile[];
}

/** What rules need to know of a repository. */
export function contextOf({ slug, defaultBranch, workflows }: Repository): Context {
  const named = workflows.map(({ path, text }) => {
    const { file, name } = workflowIn(path, text);
    return [name, file] as const;
  });
  return {
    ...(slug === undefined ? {} : { slug }),
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
    workflows: new Map(named.toReversed()),
  };
}
