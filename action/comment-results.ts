import { commentMarker, commentOnPullRequest } from "./comment.ts";
import type { Run } from "./context.ts";
import { runPage } from "./run-page.ts";

/** Puts the summary into the pull request's comment, if that is asked for and the workflow runs for one. */
export async function commentResults(run: Run, markdown: string): Promise<void> {
  const { inputs, environment, workflow, signal } = run;
  if (!inputs.comment) return;
  const page = await runPage(environment);
  if (!page?.pullRequest) {
    workflow.say("No comment: this workflow does not run for a pull request.");
    return;
  }
  const { GITHUB_WORKFLOW = "", GITHUB_JOB = "", GITHUB_REPOSITORY = "" } = environment;
  const url = await commentOnPullRequest({
    token: inputs["github-token"] ?? "",
    repository: GITHUB_REPOSITORY,
    pullRequest: page.pullRequest,
    marker: commentMarker(GITHUB_WORKFLOW, GITHUB_JOB, inputs.matrix),
    apiUrl: environment.GITHUB_API_URL ?? "https://api.github.com",
    ...{ markdown, warn: workflow.warn, signal },
  });
  if (url) workflow.output("comment-url", url);
}
