import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Results } from "../../../crds/types/results.ts";
import { runAction } from "../../../scripts/start/workflow-runner.ts";
import { type BenchWorld, MANIFEST, NAMESPACE, type Phases } from "./phases.ts";

/** The run as a workflow has it: the shipped bundle, one step. The post step, which removes the cluster, is not counted. */
export async function byAction(world: BenchWorld, root: string): Promise<Phases> {
  const { folder } = world;
  await writeFile(join(folder, "ping.yaml"), MANIFEST);
  const began = performance.now();
  const run = await runAction({
    directory: root,
    workspace: folder,
    temp: join(folder, "temp"),
    environment: world.environment,
    inputs: {
      actions: "ping.yaml",
      namespace: NAMESPACE,
      "cluster-name": world.cluster,
      "kind-path": world.kind,
      "node-image": world.nodeImage,
      "image-archives": world.archive,
      "operator-image": world.operatorImage,
      "runner-image": world.runnerImage,
      diagnostics: "never",
    },
  });
  const total = (performance.now() - began) / 1000;
  await run.post();
  if (run.exitCode !== 0) throw new Error(run.log.slice(-30).join("\n"));
  const results = JSON.parse(await readFile(run.outputs.results ?? "", "utf8")) as Results;
  const secondsOf = (name: string) => results.steps?.find((step) => step.name === name)?.seconds;
  return {
    cluster: secondsOf("cluster") ?? 0,
    images: secondsOf("images") ?? 0,
    deploy: secondsOf("deploy") ?? 0,
    action: secondsOf("faults") ?? 0,
    total,
  };
}
