import type { Answers } from "../collect/answers.ts";
import type { Remembered } from "../state/board-state.ts";
import { type ApiSaid, judgeRuns } from "./judge-runs.ts";
import { rememberingFetch } from "./remembering-fetch.ts";
import type { Run } from "./runs.ts";
import type { WorkflowBadge } from "./workflow-badge.ts";

export interface WorkflowRunsOptions {
  /** For example "https://api.github.com". */
  readonly api: string;
  readonly token: string;
  readonly answers: Answers;
  /** What the last collection learned, by address. */
  readonly known: Readonly<Record<string, Remembered>>;
}

/** What GitHub's REST API says of workflows' newest runs. */
export interface WorkflowRuns {
  /** Never throws: a refusal is what it says. */
  of(badge: WorkflowBadge): Promise<ApiSaid>;
  /** For the next collection, by address. */
  readonly learned: ReadonlyMap<string, Remembered>;
}

const RUNS = 5; // one that is going on, and a few of forks, may stand before the one that counts
const MOST_WORKFLOWS = 100;

/** Opens the API; a repository is asked for its default branch and its workflows' names once. */
export async function openWorkflowRuns(options: WorkflowRunsOptions): Promise<WorkflowRuns> {
  const { getOctokit } = await import("@actions/github"); // most boards can do without it
  const { fetch, learned } = rememberingFetch(options.answers, options.known);
  const silent = () => undefined;
  const octokit = getOctokit(options.token, {
    baseUrl: options.api.replace(/\/$/u, ""),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    request: { fetch },
  });
  const once = remembering();

  const branchOf = ({ owner, repo, branch }: WorkflowBadge) =>
    branch === undefined
      ? once(`${owner}/${repo}`, async () => {
          const { data } = await octokit.rest.repos.get({ owner, repo });
          return data.default_branch;
        })
      : Promise.resolve(branch);

  const workflowsOf = ({ owner, repo }: WorkflowBadge) =>
    once(`${owner}/${repo} workflows`, async () => {
      const how = { owner, repo, per_page: MOST_WORKFLOWS };
      const { data } = await octokit.rest.actions.listRepoWorkflows(how);
      return data.workflows ?? [];
    });

  const workflowOf = async (badge: WorkflowBadge): Promise<string | number> => {
    const { workflow } = badge;
    if ("file" in workflow) return workflow.file;
    const all = await workflowsOf(badge);
    const [only, ...others] = all.filter(({ name, path }) => [name, path].includes(workflow.name));
    if (only !== undefined && others.length === 0) return only.id;
    throw new UnclearError(`${only === undefined ? "no" : "more than one"} workflow has this name`);
  };

  return {
    learned,
    of: async (badge) => {
      try {
        const { owner, repo, event } = badge;
        const [branch, workflow_id] = await Promise.all([branchOf(badge), workflowOf(badge)]);
        const { data } = await octokit.rest.actions.listWorkflowRuns({
          ...{ owner, repo, workflow_id, branch, per_page: RUNS, exclude_pull_requests: true },
          ...(event === undefined ? {} : { event }),
        });
        const runs = (data.workflow_runs ?? []) as readonly Run[]; // usedOf() left nothing else
        return judgeRuns(runs, `on ${branch}${event === undefined ? "" : ` for ${event}`}`);
      } catch (error) {
        return { kind: "none", reason: reasonOf(error) };
      }
    },
  };
}

/** The badge's address does not say which workflow is meant. */
class UnclearError extends Error {
  override readonly name = "UnclearError";
}

/** Runs each piece of work once, also when it is asked for again before it is done. */
function remembering() {
  const begun = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const known = begun.get(key) as Promise<T> | undefined; // a key stands for one kind of work
    const promise = known ?? work();
    if (known === undefined) begun.set(key, promise);
    return promise;
  };
}

/** Octokit wraps what `fetch` threw in an error with status 500 and that as its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "it failed";
  if (error instanceof UnclearError) return error.message;
  if (error.cause instanceof Error && error.cause.name === "NoAnswerError")
    return error.cause.message;
  if (!("status" in error)) throw error;
  return `it answered ${String(error.status)}`;
}
