import { resolve } from "node:path";
import { deploy as deployPystol } from "../../client/deploy/deploy.ts";
import { connected } from "../connected.ts";
import type { Step } from "../run.ts";

/** Installs Pystol on the cluster. */
export const deploy: Step = {
  name: "deploy",
  title: "Deploy",
  skip: ({ inputs }) => (inputs.deploy ? undefined : 'the input "deploy" is false'),
  run: async (run) => {
    const { inputs, root, workspace, workflow, signal } = run;
    const { operatorImage: operator = "", runnerImage: runner = "" } = inputs;
    const { client, isMade } = connected(run);
    run.roles = await deployPystol(client, {
      root,
      images: { operator, runner },
      roleFiles: inputs.roles.map((file) => resolve(workspace, file)),
      // In a cluster that is somebody's, its administrator decides on privileged pods.
      nodeFaults: inputs.nodeFaults === "auto" ? isMade : inputs.nodeFaults === "true",
      timeoutMs: inputs.readyTimeoutMs,
      progress: workflow.say,
      signal,
    });
  },
};
