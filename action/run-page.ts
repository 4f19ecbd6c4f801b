import type { RunLink } from "../client/report/summary.ts";

/** The workflow run that this process belongs to, or undefined outside of one. The library is loaded when it is asked. */
export async function runPage(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ link: RunLink; pullRequest: number | undefined } | undefined> {
  if (!environment.GITHUB_RUN_ID || !environment.GITHUB_REPOSITORY) return undefined;
  const { context } = await import("@actions/github");
  const { owner, repo } = context.repo;
  return {
    link: {
      text: `${context.workflow} #${context.runNumber} of ${owner}/${repo}`,
      url: `${context.serverUrl}/${owner}/${repo}/actions/runs/${context.runId}`,
    },
    pullRequest: context.payload.pull_request?.number,
  };
}
