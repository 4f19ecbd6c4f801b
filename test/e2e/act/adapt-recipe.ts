import { parse, stringify } from "yaml";

/** What this machine has in the place of registries and downloads. */
export interface Here {
  kind: string;
  nodeImage: string;
  operatorImage: string;
  runnerImage: string;
  /** An archive with both images. */
  archive: string;
  /** Deploys the application, in the place of what the recipe says. */
  prepare: string;
}

interface StepOfJob {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  if?: string;
}

interface WorkflowText {
  on: unknown;
  jobs: Record<string, { "runs-on": string; steps: StepOfJob[] }>;
}

/**
 * A recipe of the documentation as it can run here, changed as little as that takes: our action is the local one; a step that makes
 * a cluster gets kind, the node image and Pystol's images of this machine; a push starts it; and steps that use other actions
 * are left out, since they would be fetched. Where `sharedCluster` is a kubeconfig, steps use that cluster instead.
 */
export function adaptRecipe(text: string, here: Here, sharedCluster?: string): string {
  const workflow = parse(text) as WorkflowText;
  const jobs = Object.entries(workflow.jobs).map(([name, job]) => {
    const steps = job.steps
      .filter(({ uses = "./" }) => /^(\.\/|OWNER\/REPO\/|actions\/checkout@)/.test(uses))
      .map((step) => adaptStep(step, here, sharedCluster));
    return [name, { ...job, "runs-on": "ubuntu-latest", steps }];
  });
  return stringify({ ...workflow, on: "push", jobs: Object.fromEntries(jobs) });
}

function adaptStep(step: StepOfJob, here: Here, sharedCluster: string | undefined): StepOfJob {
  const [, piece] = /^OWNER\/REPO\/(action(?:\/[a-z]+)?)@/.exec(step.uses ?? "") ?? [];
  if (!piece) return step;
  const given = step.with ?? {};
  const makes = ["action", "action/setup"].includes(piece) && !given.kubeconfig && !given.context;
  const uses = `./${piece}`;
  if (!makes) return { ...step, uses };
  const prepare = given.prepare === undefined ? {} : { prepare: here.prepare };
  if (sharedCluster) {
    return { ...step, uses, with: { ...onShared(given, sharedCluster), ...prepare } };
  }
  const ours = {
    "kind-path": here.kind,
    "node-image": here.nodeImage,
    "operator-image": here.operatorImage,
    "runner-image": here.runnerImage,
    "image-archives": here.archive,
    "cluster-name": `pystol-recipe-${given["cluster-name"] ?? "only"}`,
    ...prepare,
  };
  const { "node-image-archive": _ours, ...others } = given;
  return { ...step, uses, with: { ...others, ...ours } };
}

/** Without what only a cluster of its own takes. */
function onShared(given: Record<string, unknown>, kubeconfig: string): Record<string, unknown> {
  const ofOwn =
    /^(cluster-name|workers|kind-.*|node-image.*|images|image-archives|operator-image|runner-image|cleanup)$/;
  const kept = Object.entries(given).filter(([name]) => !ofOwn.test(name));
  return { ...Object.fromEntries(kept), kubeconfig, deploy: false };
}
