import type { Complaint } from "./address-rules.ts";
import { branchOf, type Context, fileOf } from "./context.ts";
import { withParameter } from "./parameters.ts";

/** A badge of one of GitHub's workflows: by the workflow's file, or in an old address by its name. */
export interface WorkflowBadge {
  readonly slug: string;
  readonly file?: string;
  readonly name?: string;
  readonly branch?: string;
}

const FILE = /^\/([^/]+\/[^/]+)\/actions\/workflows\/(.+)\/badge\.svg$/u;
const NAME = /^\/([^/]+\/[^/]+)\/workflows\/(.+)\/badge\.svg$/u;
const SHIELDS = /^\/github\/actions\/workflow\/status\/([^/]+\/[^/]+)\/([^/]+?)(?:\.svg)?$/u;
const OLD_SHIELDS = /^\/github\/workflow\/status\/([^/]+\/[^/]+)\/([^/]+)(?:\/(.+?))?(?:\.svg)?$/u;

/** What a badge's address says of a workflow; undefined if it is none of GitHub's, by itself or through Shields. */
export function workflowBadgeOf(url: URL): WorkflowBadge | undefined {
  const isShields = url.hostname === "img.shields.io";
  if (!isShields && url.hostname !== "github.com") return undefined;
  const [, slug, file] = (isShields ? SHIELDS : FILE).exec(url.pathname) ?? [];
  const branch = url.searchParams.get("branch") ?? undefined;
  const withBranch = branch === undefined ? {} : { branch };
  if (slug !== undefined && file !== undefined) return { slug, file: decoded(file), ...withBranch };
  const [, owner, name, tail] = (isShields ? OLD_SHIELDS : NAME).exec(url.pathname) ?? [];
  if (owner === undefined || name === undefined) return undefined;
  const from = tail === undefined ? withBranch : { branch: decoded(tail) };
  return { slug: owner, name: decoded(name), ...from };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

/**
 * Addresses by a workflow's name are not documented any more, show old results for days, and mix up workflows that were renamed
 * (https://github.com/badges/shields/issues/8146, https://github.com/badges/shields/issues/8671).
 */
export function oldGitHubAddress(
  address: string,
  url: URL,
  context: Context,
): Complaint | undefined {
  const badge = workflowBadgeOf(url);
  if (badge?.name === undefined) return undefined;
  const { slug, name, branch } = badge;
  const file = fileOf(slug, name, context);
  const rule = "old-address";
  if (file === undefined) {
    const message = `the workflow is named by its name "${name}"; name it by its file, which is not known here: /actions/workflows/FILE.yml`;
    return { rule, message };
  }
  const message =
    "the workflow is named by its name; an address by its file is the documented form";
  const isShields = url.hostname === "img.shields.io";
  const path = isShields
    ? `/github/actions/workflow/status/${slug}/${encodeURIComponent(file)}`
    : `/${slug}/actions/workflows/${encodeURIComponent(file)}/badge.svg`;
  const query = /\?[^#]*/u.exec(address)?.[0] ?? "";
  const moved = `https://${url.hostname}${path}${query}`;
  return {
    rule,
    message,
    better: branch === undefined ? moved : withParameter(moved, "branch", branch),
  };
}

/** Without a branch, a badge shows any branch where the default one has no run: https://docs.github.com/actions/how-tos/monitor-workflows/add-a-status-badge */
export function missingBranch(address: string, url: URL, context: Context): Complaint | undefined {
  const badge = workflowBadgeOf(url);
  if (badge === undefined || badge.branch) return undefined;
  const branch = branchOf(badge.slug, context);
  const rule = "missing-branch";
  const message =
    "without a branch, the badge shows any branch's run where the default one has none";
  if (branch !== undefined)
    return { rule, message, better: withParameter(address, "branch", branch) };
  return { rule, message: `${message}; add branch=NAME to its address` };
}
