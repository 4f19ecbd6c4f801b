import { resolve } from "node:path";
import { findEngine } from "../../client/kind/engine.ts";
import { loadImages } from "../../client/kind/load.ts";
import type { Step } from "../context.ts";
import { groundworkOf } from "../deployment.ts";

/** Loads images of the engine, and archives, onto the nodes of the cluster that this run made. */
export const images: Step = {
  name: "images",
  title: "Images",
  skip: ({ inputs }) =>
    inputs.images.length + inputs["image-archives"].length === 0 ? "none are asked for" : undefined,
  run: async (run) => {
    const { inputs, environment, workspace, temp, workflow, state, signal } = run;
    const { madeCluster } = state.get();
    if (!madeCluster) throw new Error("There is no cluster of this job to load images onto.");
    const { name, kindPath, engine: more } = madeCluster;
    const ours = { ...environment, ...more };
    const engine = await findEngine({ provider: inputs.provider, environment: ours });
    if (inputs.deploy) void groundworkOf(run);
    await loadImages({
      program: { path: kindPath, environment: ours },
      images: inputs.images,
      archives: inputs["image-archives"].map((file) => resolve(workspace, file)),
      ...{ engine, name, temp, signal, progress: workflow.say, warn: workflow.warn },
    });
  },
};
