import { runActions } from "../../client/follow.ts";
import { connected } from "../connected.ts";
import type { Step } from "../run.ts";

/** Creates the actions, as many at once as the input "concurrency" says, and waits for each one's verdict. */
export const wait: Step = {
  name: "wait",
  title: "Wait for the verdicts",
  skip: ({ manifests }) => (manifests.length === 0 ? "there are no actions" : undefined),
  run: async (run) => {
    const { concurrency, timeoutMs } = run.inputs;
    run.endings = await runActions(connected(run).client, run.manifests, {
      concurrency,
      timeoutMs,
      progress: run.workflow.say,
      signal: run.signal,
    });
    run.signal.throwIfAborted();
  },
};
