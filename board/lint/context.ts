/** What is known of the repository that a page belongs to. */
export interface Context {
  /** "owner/name" on GitHub. */
  readonly slug?: string;
  readonly defaultBranch?: string;
  /** Files of its workflows by their names: "CI" to "ci.yml". */
  readonly workflows: ReadonlyMap<string, string>;
}

/** The default branch of a repository, if it is the one that is known. */
export function branchOf(slug: string, context: Context): string | undefined {
  return slug.toLowerCase() === context.slug?.toLowerCase() ? context.defaultBranch : undefined;
}

/** The file of a workflow, by its name in an old address: the name may be the file's path as well. */
export function fileOf(slug: string, name: string, context: Context): string | undefined {
  const file = /^\.github\/workflows\/([^/]+\.ya?ml)$/u.exec(name)?.[1];
  if (file !== undefined) return file;
  return slug.toLowerCase() === context.slug?.toLowerCase()
    ? context.workflows.get(name)
    : undefined;
}
