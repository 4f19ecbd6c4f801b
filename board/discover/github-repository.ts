import { type GitHubApi, GitHubError } from "./github-api.ts";
import { README } from "./local-repository.ts";
import { LONGEST_PAGE_BYTES } from "./pictures/pictures-in.ts";
import type { Repository, RepositoryFile } from "./repository.ts";

const MOST_REPOSITORIES = 1000;
const A_PAGE = 100; // GitHub's most for one request

/** Reads what is needed of a repository on GitHub. Throws GitHubError, also where there is no such repository. */
export async function gitHubRepository(slug: string, api: GitHubApi): Promise<Repository> {
  const about = await api.json(`/repos/${slug}`);
  if (about === undefined) {
    throw new GitHubError(
      `There is no repository ${slug} on GitHub, or it is private and GITHUB_TOKEN may not read it.`,
    );
  }
  const branch = field(about, "default_branch");
  const root = namesOf(await api.json(`/repos/${slug}/contents`));
  const workflows = namesOf(await api.json(`/repos/${slug}/contents/.github/workflows`))
    .filter((name) => /\.ya?ml$/u.test(name))
    .map((name) => `.github/workflows/${name}`);
  return {
    name: slug,
    slug,
    ...(typeof branch === "string" ? { defaultBranch: branch } : {}),
    pages: await filesOf(
      slug,
      root.filter((name) => README.test(name)),
      api,
    ),
    workflows: await filesOf(slug, workflows, api),
  };
}

/** The repositories of an organisation or a user, without forks and archived ones. Throws GitHubError. */
export async function repositoriesOf(owner: string, api: GitHubApi): Promise<string[]> {
  const isOrganisation = (await api.json(`/orgs/${encodeURIComponent(owner)}`)) !== undefined;
  const kind = isOrganisation ? "orgs" : "users";
  const slugs: string[] = [];
  for (let page = 1; slugs.length < MOST_REPOSITORIES; page += 1) {
    const path = `/${kind}/${encodeURIComponent(owner)}/repos?per_page=${A_PAGE}&page=${page}`;
    const found = await api.json(path);
    if (!Array.isArray(found)) throw new GitHubError(`There is no owner ${owner} on GitHub.`);
    slugs.push(...found.flatMap(slugOf));
    if (found.length < A_PAGE) break;
  }
  return slugs.toSorted((one, other) => one.localeCompare(other, "en"));
}

function slugOf(about: unknown): string[] {
  const slug = field(about, "full_name");
  const isLeft = field(about, "archived") === true || field(about, "fork") === true;
  return typeof slug === "string" && !isLeft ? [slug] : [];
}

async function filesOf(
  slug: string,
  paths: readonly string[],
  api: GitHubApi,
): Promise<RepositoryFile[]> {
  const files = await Promise.all(
    paths.toSorted().map(async (path) => ({ path, text: await api.file(slug, path) })),
  );
  return files.flatMap(({ path, text }) =>
    text === undefined ? [] : [{ path, text: text.slice(0, LONGEST_PAGE_BYTES) }],
  );
}

function namesOf(listing: unknown): string[] {
  const entries: unknown[] = Array.isArray(listing) ? listing : [];
  return entries.flatMap((entry) => {
    const name = field(entry, "name");
    return typeof name === "string" && field(entry, "type") === "file" ? [name] : [];
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
