import type { Run } from "./context.ts";

/**
 * The environment of the user's commands: what a step with `run:` would have, and KUBECONFIG of the run's cluster. Neither this
 * step's own inputs and state nor the runner's own tokens are in it.
 */
export function environmentOfCommands({
  environment,
  cluster,
}: Pick<Run, "environment" | "cluster">): Record<string, string | undefined> {
  const ours = /^(INPUT_|STATE_|ACTIONS_RUNTIME_|ACTIONS_RESULTS_|ACTIONS_CACHE_|GITHUB_STATE$)/;
  const theirs = Object.entries(environment).filter(([name]) => !ours.test(name));
  const { kubeconfig } = cluster?.connection ?? {};
  return { ...Object.fromEntries(theirs), ...(kubeconfig ? { KUBECONFIG: kubeconfig } : {}) };
}
