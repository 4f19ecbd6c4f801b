import { context } from "@actions/github";
import type { RunLink } from "../client/report/summary.ts";

/** The page of the workflow run that this process belongs to, or undefined outside of one. */
export function runLink(): RunLink | undefined {
  if (!context.runId) return undefined;
  const { owner, repo } = context.repo;
  return {
    text: `${context.workflow} #${context.runNumber} of ${owner}/${repo}`,
    url: `${context.serverUrl}/${owner}/${repo}/actions/runs/${context.runId}`,
  };
}
