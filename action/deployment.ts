import { resolve } from "node:path";
import { type DeployOptions, type Groundwork, layGroundwork } from "../client/deploy/deploy.ts";
import { connected, type Run } from "./context.ts";

/** The deployment that the inputs ask for. */
export function deploymentOf(run: Run): DeployOptions {
  const { inputs, root, workspace, workflow, signal } = run;
  const { "operator-image": operator = "", "runner-image": runner = "" } = inputs;
  return {
    ...{ root, signal },
    images: { operator, runner },
    roleFiles: inputs.roles.map((file) => resolve(workspace, file)),
    features: featuresOf(run),
    timeoutMs: inputs["ready-timeout"],
    progress: workflow.say,
  };
}

/** What the operator stands on, laid once a run, from the first call on: while images are loaded there is time for it. */
export function groundworkOf(run: Run): Promise<Groundwork> {
  run.groundwork ??= layGroundwork(connected(run).client, deploymentOf(run));
  run.groundwork.catch(() => undefined); // whoever waits for it tells
  return run.groundwork;
}

/** In a cluster that is somebody's, its administrator decides on privileged pods. */
function featuresOf(run: Run): string[] {
  const { features } = run.inputs;
  const [first] = features;
  if (first === "none") return [];
  if (first === "auto") return connected(run).isMade ? ["node-faults"] : [];
  return features;
}
