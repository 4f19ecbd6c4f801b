import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { connect } from "../../client/connect.ts";
import { kindConfig } from "../../client/kind/config.ts";
import { createKindCluster } from "../../client/kind/create.ts";
import { isGiven } from "../inputs.ts";
import type { Run, Step } from "../run.ts";
import { saveMadeCluster } from "../state.ts";

/** Connects to the given cluster, or makes one. */
export const cluster: Step = {
  name: "cluster",
  title: "Cluster",
  skip: () => undefined,
  run: (run) => (isGiven(run.inputs) ? take(run) : make(run)),
};

async function take(run: Run): Promise<void> {
  const { inputs, workspace, workflow } = run;
  const kubeconfig = inputs.kubeconfig && resolve(workspace, inputs.kubeconfig);
  const { client, server, serverVersion } = await connect({ kubeconfig, context: inputs.context });
  workflow.say(`Using the given cluster at ${server}, Kubernetes ${serverVersion}`);
  if (kubeconfig) workflow.output("kubeconfig", kubeconfig);
  const name = inputs.context ?? new URL(server).host;
  run.cluster = { client, name, serverVersion, isMade: false };
}

async function make(run: Run): Promise<void> {
  const { inputs, temp, environment, workflow, signal } = run;
  const name = inputs.clusterName;
  const kubeconfig = join(temp, `pystol-${name}.kubeconfig`);
  const program = { path: inputs.kindPath, environment };
  await createKindCluster({
    program,
    name,
    kubeconfig,
    config: await configText(run),
    image: inputs.nodeImage,
    readyTimeoutMs: inputs.readyTimeoutMs,
    logs: join(run.resultsDirectory, "cluster-logs"),
    progress: workflow.say,
    signal,
    beforeCreate: () => {
      // From here on the post step, or whoever looks why it failed, can find what there is.
      saveMadeCluster(workflow, { name, kubeconfig, kindPath: inputs.kindPath });
      workflow.output("cluster-name", name);
      workflow.output("kubeconfig", kubeconfig);
    },
    onNothingLeft: () => saveMadeCluster(workflow, undefined),
  });
  workflow.variable("KUBECONFIG", kubeconfig);
  const { client, serverVersion } = await connect({ kubeconfig });
  workflow.say(`The cluster ${name} is ready, Kubernetes ${serverVersion}`);
  run.cluster = { client, name, serverVersion, isMade: true };
}

/** The input "kind-config" is a path if it is one line, otherwise the configuration itself. */
async function configText({ inputs, workspace }: Run): Promise<string> {
  const { kindConfig: given, workers } = inputs;
  if (given === undefined) return kindConfig(workers);
  if (given.includes("\n")) return given;
  const file = resolve(workspace, given);
  if (await stat(file).catch(() => undefined)) return readFile(file, "utf8");
  throw new Error(
    `Input "kind-config" is "${given}"; expected the path of a kind configuration (there is none at ${file}), or one over several lines.`,
  );
}
