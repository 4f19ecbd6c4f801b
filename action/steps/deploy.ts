import { startOperator } from "../../client/deploy/deploy.ts";
import { connected, type Step } from "../context.ts";
import { deploymentOf, groundworkOf } from "../deployment.ts";

/** Installs Pystol on the cluster. */
export const deploy: Step = {
  name: "deploy",
  title: "Deploy",
  skip: ({ inputs }) => (inputs.deploy ? undefined : 'the input "deploy" is false'),
  run: async (run) => {
    const groundwork = await groundworkOf(run);
    await startOperator(connected(run).client, groundwork, deploymentOf(run));
    run.state.change({ roles: groundwork.roles });
  },
};
