import { resolve } from "node:path";
import { readObjects } from "../../client/deploy/manifests.ts";
import { loadManifests } from "../../client/manifests/load.ts";
import { keyOf } from "../../kubernetes/resources.ts";
import type { Step } from "../run.ts";

/** Reads every file that the run needs, so that a typing error costs no cluster. */
export const check: Step = {
  name: "check",
  title: "Check the manifests",
  skip: ({ inputs }) =>
    inputs.actions.length + inputs.roles.length === 0 ? "there are none" : undefined,
  run: async (run) => {
    const { inputs, workspace, workflow } = run;
    for (const file of inputs.roles) await readObjects(resolve(workspace, file));
    if (inputs.actions.length === 0) return;
    run.manifests = await loadManifests({
      patterns: inputs.actions,
      directory: workspace,
      namespace: inputs.namespace,
      root: run.root,
    });
    for (const { action, positionOf } of run.manifests) {
      const { file, line } = positionOf([]);
      workflow.say(`${keyOf(action)}: role ${action.spec.role}, ${file}:${line}`);
    }
  },
};
