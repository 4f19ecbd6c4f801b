import { improve } from "../lint/address-rules.ts";
import { withoutSecrets, withParameter } from "../lint/parameters.ts";
import { badgeKey } from "./badge-key.ts";
import { nameOf, pageOf } from "./describe-badge.ts";
import type { Picture } from "./pictures/picture.ts";
import { picturesIn } from "./pictures/pictures-in.ts";
import { providerOf } from "./providers.ts";
import { contextOf, type Repository, type RepositoryFile } from "./repository.ts";
import { workflowIn } from "./workflow-file.ts";

/** A badge for the configuration. */
export interface FoundBadge {
  readonly label: string;
  readonly badge: string;
  readonly link?: string;
  readonly treatAs?: "info";
}

/** The badges of one repository. */
export interface FoundGroup {
  readonly name: string;
  readonly badges: readonly FoundBadge[];
  /** What was seen and is not on the board, with the reason; fit for output. */
  readonly leftOut: ReadonlyArray<{ readonly what: string; readonly reason: string }>;
}

type Candidate = FoundBadge | { readonly what: string; readonly reason: string };

export interface DiscoverOptions {
  /** Whether to take figures that are no results (versions, downloads) as well. */
  readonly withInformation: boolean;
}

/** The badges of a repository: those that its pages show, and those of its workflows that they do not show. Pure. */
export function discoverBadges(repository: Repository, options: DiscoverOptions): FoundGroup {
  const shown = repository.pages.flatMap((page) =>
    picturesIn(page.text, page.path).map((picture) =>
      candidate(picture, page, repository, options),
    ),
  );
  const candidates = [
    ...shown,
    ...repository.workflows.map((file) => ofWorkflow(file, repository)),
  ];
  const badges = new Map<string, FoundBadge>();
  for (const found of candidates) {
    if (!("badge" in found)) continue;
    const key = badgeKey(found.badge);
    if (!badges.has(key)) badges.set(key, found);
  }
  return {
    name: repository.name,
    badges: withOwnLabels([...badges.values()]),
    leftOut: candidates.filter((found) => "reason" in found),
  };
}

function candidate(
  picture: Picture,
  page: RepositoryFile,
  repository: Repository,
  options: DiscoverOptions,
): Candidate {
  const address = absolute(picture.source.address, page, repository);
  const what = withoutSecrets(address);
  const { address: better, complaints } = improve(address, contextOf(repository));
  const dead = complaints.find(({ rule, better: to }) => rule === "dead-host" && to === undefined);
  if (dead !== undefined) return { what, reason: dead.message.replace(/; take.*$/u, "") };
  const provider = providerOf(better);
  const url = URL.parse(better);
  if (provider === undefined || url === null) return { what, reason: "is no badge that is known" };
  if (url.username !== "" || url.password !== "") return { what, reason: "has a password in it" };
  if (provider.kind === "static") return { what, reason: "always says the same" };
  const isInformation = provider.kind === "information";
  if (isInformation && !options.withInformation)
    return { what, reason: "is a figure and no result" };
  const link = linkOf(picture, better, page, repository);
  return {
    label: labelOf(picture.alt, better),
    badge: better,
    ...(link === undefined ? {} : { link }),
    ...(isInformation ? { treatAs: "info" } : {}),
  };
}

/** Addresses on a page may be relative to it, as GitHub shows it. */
function absolute(
  address: string,
  page: RepositoryFile,
  { slug, defaultBranch }: Repository,
): string {
  if (slug === undefined) return address;
  const base = `https://github.com/${slug}/blob/${defaultBranch ?? "HEAD"}/${page.path}`;
  return URL.parse(address, base)?.href ?? address;
}

function linkOf(
  { link, source }: Picture,
  badge: string,
  page: RepositoryFile,
  repository: Repository,
): string | undefined {
  const written = link === undefined ? undefined : absolute(link.address, page, repository);
  const url = URL.parse(written ?? "");
  const isWeb =
    url !== null && /^https?:$/u.test(url.protocol) && url.username + url.password === "";
  const isItself = written === badge || link?.address === source.address;
  const { complaints } = improve(written ?? "", { workflows: new Map() });
  const isDead = complaints.some(({ rule }) => rule === "dead-host");
  return isWeb && !isItself && !isDead ? written : pageOf(badge);
}

/** Texts that stand in the place of a name on every second badge. */
const NO_NAME = /^(?:|badge|image|img|status|build|build status|alt text|shield|logo|svg)$/iu;

function labelOf(alt: string, badge: string): string {
  const text = alt
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, 100);
  return NO_NAME.test(text) ? nameOf(badge) : text;
}

/** Labels are told apart by what the addresses say, or by a number where that is the same. */
function withOwnLabels(badges: readonly FoundBadge[]): FoundBadge[] {
  const taken = new Set<string>();
  const isTwice = (label: string) => badges.filter((badge) => badge.label === label).length > 1;
  return badges.map((badge) => {
    const better = isTwice(badge.label) ? nameOf(badge.badge) : badge.label;
    let label = better;
    for (let count = 2; taken.has(label); count += 1) label = `${better} ${count}`;
    taken.add(label);
    return { ...badge, label };
  });
}

function ofWorkflow(
  { path, text }: RepositoryFile,
  { slug, defaultBranch }: Repository,
): Candidate {
  const { file, name, useless } = workflowIn(path, text);
  if (useless !== undefined) return { what: path, reason: useless };
  if (slug === undefined) return { what: path, reason: "is in a repository that is not on GitHub" };
  const plain = `https://github.com/${slug}/actions/workflows/${encodeURIComponent(file)}/badge.svg`;
  const badge = defaultBranch === undefined ? plain : withParameter(plain, "branch", defaultBranch);
  const link = pageOf(badge);
  const label = name === path ? nameOf(badge) : name.slice(0, 100);
  return { label, badge, ...(link === undefined ? {} : { link }) };
}
