/** A badge of a GitHub workflow, as its address names it. */
export interface WorkflowBadge {
  readonly owner: string;
  readonly repo: string;
  /** The workflow's file, or its name in addresses of the old form. */
  readonly workflow: { readonly file: string } | { readonly name: string };
  /** The repository's default branch where it is missing. */
  readonly branch?: string;
  /** Any event where it is missing. */
  readonly event?: string;
}

const NEW_FORM = /^\/([^/]+)\/([^/]+)\/actions\/workflows\/([^/]+)\/badge\.svg$/u;
const OLD_FORM = /^\/([^/]+)\/([^/]+)\/workflows\/([^/]+)\/badge\.svg$/u;

/**
 * Reads the address of a workflow's badge; undefined for every other address. `webHost` is the host of GitHub's pages. Forms:
 * https://docs.github.com/en/actions/how-tos/monitor-workflows/add-a-status-badge
 */
export function workflowBadgeOf(address: string, webHost: string): WorkflowBadge | undefined {
  const url = URL.parse(address);
  if (url === null || url.host !== webHost) return undefined;
  const isNew = NEW_FORM.test(url.pathname);
  const found = (NEW_FORM.exec(url.pathname) ?? OLD_FORM.exec(url.pathname))?.map(decoded);
  const [, owner = "", repo = "", named = ""] = found ?? [];
  if (owner === "" || repo === "" || named === "") return undefined;
  const branch = url.searchParams.get("branch") ?? "";
  const event = url.searchParams.get("event") ?? "";
  return {
    owner,
    repo,
    workflow: isNew ? { file: named } : { name: named },
    ...(branch === "" ? {} : { branch }),
    ...(event === "" ? {} : { event }),
  };
}

/**
 * The host of the pages that belong to an API: github.com, SUBDOMAIN.ghe.com, and a GitHub Enterprise Server's own host, whose
 * API is under /api/v3. https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/network-details-for-ghecom
 */
export function webHostOf(api: string): string {
  const { host } = new URL(api);
  return host === "api.github.com" || host.endsWith(".ghe.com")
    ? host.replace(/^api\./u, "")
    : host;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return ""; // a stray "%": no address of GitHub's
  }
}
