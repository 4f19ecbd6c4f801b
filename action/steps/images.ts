import { resolve } from "node:path";
import { loadImageArchives } from "../../client/kind/load.ts";
import type { Step } from "../run.ts";

/** Loads the given image archives onto the nodes of the cluster that this run made. */
export const images: Step = {
  name: "images",
  title: "Images",
  skip: ({ inputs }) =>
    inputs.imageArchives.length === 0 ? 'the input "image-archives" names none' : undefined,
  run: async ({ inputs, environment, workspace, workflow, signal }) => {
    await loadImageArchives({
      program: { path: inputs.kindPath, environment },
      name: inputs.clusterName,
      archives: inputs.imageArchives.map((file) => resolve(workspace, file)),
      progress: workflow.say,
      signal,
    });
  },
};
