import { createHash } from "node:crypto";
import type { GitHub } from "@actions/github/lib/utils";

/** What GitHub takes: https://github.com/orgs/community/discussions/41331 */
const MOST_CHARACTERS = 65_536;
const CUT_NOTE = "\n\nThe rest did not fit into a comment; the job's summary has all.\n";
const ANSWER_TIMEOUT_MS = 30_000;
const FIX: Readonly<Record<number, string>> = {
  401: "GitHub does not know the token; give the job's own, github.token.",
  403: 'The token may not; give the job "permissions: pull-requests: write". On pull requests from forks GitHub makes every token read-only: read the summary there.',
  404: "There is no such pull request, or the token may not see it; check the repository, and that the workflow runs for a pull request.",
};

export interface PullRequestComment {
  token: string;
  /** OWNER/NAME. */
  repository: string;
  /** Its number. */
  pullRequest: number;
  markdown: string;
  /** What tells this comment from others, as `commentMarker` makes it. */
  marker: string;
  /** For example https://api.github.com, as the runner says it in GITHUB_API_URL. */
  apiUrl: string;
  /** Told why there is no comment, and what to do. */
  warn: (text: string) => void;
  /** Goes instead of the runtime's own. */
  fetch?: typeof globalThis.fetch;
  signal?: AbortSignal | undefined;
}

type Octokit = InstanceType<typeof GitHub>;

/** An HTML comment, which GitHub does not show, of one key for each workflow and job; `parts` is what tells matrix legs apart. */
export function commentMarker(...parts: readonly string[]): string {
  const key = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);
  return `<!-- pystol-results ${key} -->`;
}

/**
 * Puts Markdown into one comment of a pull request: updates the one with the marker that the token's owner wrote, or creates it. A
 * comment of anybody else is never touched, whatever it holds. Returns its address. It never throws: a refusal is a warning that
 * says what to do.
 */
export async function commentOnPullRequest(
  options: PullRequestComment,
): Promise<string | undefined> {
  const { token, repository, pullRequest, markdown, marker, apiUrl, warn } = options;
  try {
    const [owner = "", repo = ""] = repository.split("/");
    const { getOctokit } = await import("@actions/github");
    const octokit = getOctokit(token, {
      baseUrl: apiUrl,
      request: {
        signal: AbortSignal.any([
          AbortSignal.timeout(ANSWER_TIMEOUT_MS),
          ...(options.signal ? [options.signal] : []),
        ]),
        ...(options.fetch ? { fetch: options.fetch } : {}),
      },
    });
    const body = commentBody(marker, markdown);
    const existing = await findOwn(octokit, { owner, repo, issue_number: pullRequest, marker });
    const { data } =
      existing === undefined
        ? await octokit.rest.issues.createComment({ owner, repo, issue_number: pullRequest, body })
        : await octokit.rest.issues.updateComment({ owner, repo, comment_id: existing, body });
    return data.html_url;
  } catch (error) {
    const status = (error as { status?: unknown }).status;
    const fix = typeof status === "number" ? FIX[status] : undefined;
    const what = `The results could not be written as a comment on ${repository}#${pullRequest}`;
    const why = (error as Error).message.replaceAll(token || "\0", "***");
    warn(`${what}: ${why}. ${fix ?? "The job's summary has them."}`);
    return undefined;
  }
}

/** The marker and as much of the Markdown as fits; what is cut off leaves no fence and no fold open. */
export function commentBody(marker: string, markdown: string): string {
  const whole = `${marker}\n${markdown}`;
  if (whole.length <= MOST_CHARACTERS) return whole;
  const reserve = 500; // for what closes, and the note
  const room = whole.slice(0, MOST_CHARACTERS - reserve);
  const kept = room.slice(0, Math.max(room.lastIndexOf("\n"), marker.length));
  const fence = (kept.match(/^```/gm) ?? []).length % 2 === 1 ? "\n```\n" : "\n";
  const open = (kept.match(/<details/g) ?? []).length - (kept.match(/<\/details>/g) ?? []).length;
  return `${kept}${fence}${"\n</details>".repeat(Math.max(0, Math.min(open, 20)))}${CUT_NOTE}`;
}

async function findOwn(
  octokit: Octokit,
  { marker, ...place }: { owner: string; repo: string; issue_number: number; marker: string },
): Promise<number | undefined> {
  const isOwn = await ownership(octokit);
  const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
    ...place,
    per_page: 100,
  });
  for await (const { data } of pages) {
    const found = data.find(({ body, user }) => body?.startsWith(marker) && isOwn(user));
    if (found) return found.id;
  }
  return undefined;
}

/**
 * Who the token's owner is. The token of a job belongs to an App, which may not ask who it is and whose comments are a bot's; any
 * other belongs to a user: https://docs.github.com/rest/users/users#get-the-authenticated-user
 */
async function ownership(
  octokit: Octokit,
): Promise<(user: { login: string; type: string } | null) => boolean> {
  try {
    const { data } = await octokit.rest.users.getAuthenticated();
    return (user) => user?.login === data.login;
  } catch (error) {
    if ((error as { status?: unknown }).status !== 403) throw error;
    return (user) => user?.type === "Bot";
  }
}
