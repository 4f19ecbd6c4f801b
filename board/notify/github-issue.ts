import { createHash } from "node:crypto";
import type { GitHub } from "@actions/github/lib/utils";
import type { Digest, DigestLine } from "./digest.ts";
import { NotToldError } from "./post.ts";

const TIMEOUT_MS = 60_000;

export interface IssueOptions {
  readonly token: string;
  /** OWNER/NAME. */
  readonly repository: string;
  /** For example https://api.github.com */
  readonly apiUrl: string;
  readonly digest: Digest;
  /** Whether something is still bad, so that the issue stays open. */
  readonly isAnyBad: boolean;
}

type Octokit = InstanceType<typeof GitHub>;

/**
 * Keeps one issue for each board: opened when something turns bad, commented on with each further change, closed when nothing
 * is bad any more. Only an open issue of the token's owner with the board's marker is touched. Throws NotToldError.
 */
export async function tellByIssue(options: IssueOptions): Promise<void> {
  const { token, apiUrl, digest, isAnyBad } = options;
  const [owner = "", repo = ""] = options.repository.split("/");
  try {
    const { getOctokit } = await import("@actions/github");
    const octokit = getOctokit(token, {
      baseUrl: apiUrl,
      request: { signal: AbortSignal.timeout(TIMEOUT_MS) },
    });
    const marker = issueMarker(digest);
    const place = { owner, repo };
    const open = await findOwn(octokit, place, marker);
    if (open === undefined) {
      if (digest.hasBad)
        await octokit.rest.issues.create({ ...place, ...newIssue(digest, marker) });
      return;
    }
    const issue = { ...place, issue_number: open };
    await octokit.rest.issues.createComment({ ...issue, body: issueText(digest) });
    if (!isAnyBad) await octokit.rest.issues.update({ ...issue, state: "closed" });
  } catch (error) {
    const { status } = error as { status?: unknown };
    const fix = typeof status === "number" ? (FIX[status] ?? "") : "";
    const what =
      typeof status === "number" ? `GitHub answered ${status}` : "GitHub could not be reached";
    throw new NotToldError(fix === "" ? what : `${what}: ${fix}`);
  }
}

const FIX: Readonly<Record<number, string>> = {
  401: "it does not know the token",
  403: 'the token may not write issues; in a workflow give the job "permissions: issues: write"',
  404: "there is no such repository, or the token may not see it",
  410: "the repository has no issues",
};

/** An HTML comment, which GitHub does not show, of one key for each board. */
function issueMarker({ board, site }: Digest): string {
  const key = createHash("sha256")
    .update(site ?? board)
    .digest("hex")
    .slice(0, 24);
  return `<!-- pystol-board ${key} -->`;
}

function newIssue(digest: Digest, marker: string) {
  const title = `${digest.board}: ${digest.headline}`;
  return { title, body: `${marker}\n${issueText(digest)}` };
}

/** The changes as Markdown in which nothing of strangers is markup, mentions anybody or refers to an issue. */
export function issueText({ site, lines, more, collectedAt }: Digest): string {
  const rest = more === 0 ? [] : [`- and ${more} more`];
  const board = site === undefined ? "" : ` on [the board](${addressOf(site)})`;
  return [...lines.map(lineOf), ...rest, "", `Seen ${collectedAt}${board}.`].join("\n");
}

function lineOf({ name, text, link }: DigestLine): string {
  const shown = escaped(name);
  return `- ${link === undefined ? shown : `[${shown}](${addressOf(link)})`} ${escaped(text)}`;
}

function addressOf(link: string): string {
  return `<${new URL(link).href.replaceAll("<", "%3C").replaceAll(">", "%3E")}>`;
}

/** Marks of Markdown and HTML get a backslash; what GitHub makes links of gets an invisible neighbour. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()<>!|~$&]/gu, "\\$&")
    .replace(/[@#]/gu, "$&\u200b")
    .replace(/:\/\//gu, ":\u200b//")
    .replace(/\bwww\./giu, "www\u200b.");
}

async function findOwn(
  octokit: Octokit,
  place: { readonly owner: string; readonly repo: string },
  marker: string,
): Promise<number | undefined> {
  const isOwn = await ownership(octokit);
  const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
    ...place,
    state: "open",
    per_page: 100,
  });
  for await (const { data } of pages) {
    const found = data.find(({ body, user }) => body?.startsWith(marker) && isOwn(user));
    if (found) return found.number;
  }
  return undefined;
}

/** A job's token belongs to an App, which may not ask who it is and whose issues are a bot's; any other belongs to a user. */
async function ownership(octokit: Octokit) {
  try {
    const { data } = await octokit.rest.users.getAuthenticated();
    return (user: { login: string } | null) => user?.login === data.login;
  } catch (error) {
    if ((error as { status?: unknown }).status !== 403) throw error;
    return (user: { type?: string } | null) => user?.type === "Bot";
  }
}
