import { resolve } from "node:path";
import { deploy as deployPystol } from "../../client/deploy/deploy.ts";
import { connected, type Run, type Step } from "../context.ts";

/** Installs Pystol on the cluster. */
export const deploy: Step = {
  name: "deploy",
  title: "Deploy",
  skip: ({ inputs }) => (inputs.deploy ? undefined : 'the input "deploy" is false'),
  run: async (run) => {
    const { inputs, root, workspace, workflow, state, signal } = run;
    const { "operator-image": operator = "", "runner-image": runner = "" } = inputs;
    const roles = await deployPystol(connected(run).client, {
      root,
      images: { operator, runner },
      roleFiles: inputs.roles.map((file) => resolve(workspace, file)),
      features: featuresOf(run),
      timeoutMs: inputs["ready-timeout"],
      progress: workflow.say,
      signal,
    });
    state.change({ roles });
  },
};

/** In a cluster that is somebody's, its administrator decides on privileged pods. */
function featuresOf(run: Run): string[] {
  const { features } = run.inputs;
  const [first] = features;
  if (first === "none") return [];
  if (first === "auto") return connected(run).isMade ? ["node-faults"] : [];
  return features;
}
