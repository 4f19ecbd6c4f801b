import { randomUUID } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { connect } from "../../client/connect.ts";
import { kindConfig, kindConfigFacts } from "../../client/kind/config.ts";
import { createKindCluster } from "../../client/kind/create.ts";
import { obtainKind } from "../../client/kind/obtain.ts";
import { NODE_IMAGE } from "../../client/kind/pins.ts";
import { preflight } from "../../client/kind/preflight.ts";
import { kubeconfigText } from "../../kubernetes/kubeconfig.ts";
import type { Run, Step } from "../context.ts";
import { crossRunCache } from "../cross-run-cache.ts";
import { diagnose } from "../diagnose.ts";
import { isGiven } from "../inputs/given.ts";
import { secretsOf } from "../kubeconfig-secrets.ts";
import type { ClusterConnection } from "../state.ts";

/** Connects to the given cluster, to the one that an earlier step made, or makes one. */
export const cluster: Step = {
  name: "cluster",
  title: "Cluster",
  skip: () => undefined,
  run: async (run) => {
    if (run.piece === "run") await takeFromEarlierStep(run);
    else if (isGiven(run.inputs)) await takeGiven(run);
    else await make(run);
  },
};

async function takeGiven(run: Run): Promise<void> {
  const { inputs, workspace, workflow } = run;
  const file = inputs.kubeconfig && resolve(workspace, inputs.kubeconfig);
  const isPlain = file !== undefined && inputs.context === undefined;
  const kubeconfig = isPlain ? file : await pinned(run, { file, context: inputs.context });
  const text = await readFile(kubeconfig, "utf8").catch(() => ""); // what cannot be read is told when it is used
  for (const secret of secretsOf(text)) workflow.mask(secret);
  await take(run, { kubeconfig }, false, inputs.context);
  workflow.output("kubeconfig", file ?? kubeconfig);
}

/** A kubeconfig of its own, whose current context stays what it is now: commands and post see the same cluster as this step. */
async function pinned(
  { temp, state }: Run,
  asked: { file?: string | undefined; context?: string | undefined },
): Promise<string> {
  const text = await kubeconfigText(asked);
  const path = join(temp, `pystol-given-${randomUUID()}.kubeconfig`);
  state.change({ kubeconfigs: [...state.get().kubeconfigs, path] });
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

async function takeFromEarlierStep(run: Run): Promise<void> {
  if (isGiven(run.inputs)) return takeGiven(run);
  const { connection, isMade = false } = run.state.get();
  if (!connection) {
    throw new Error(
      'There is no cluster to run the actions in: no earlier step of this job used action/setup, and neither "cluster: current" nor "kubeconfig" nor "context" is given.',
    );
  }
  await take(run, connection, isMade);
}

async function take(
  run: Run,
  connection: ClusterConnection,
  isMade: boolean,
  context?: string,
): Promise<void> {
  const { client, server, serverVersion } = await connect(connection);
  const { host } = new URL(server);
  run.workflow.say(`Using the cluster at ${server}, Kubernetes ${serverVersion}`);
  const { madeCluster, connection: shared } = run.state.get();
  // A cluster that one use of action/run brings is not that of the ones after it.
  if (run.piece !== "run" || !shared) run.state.change({ connection, isMade });
  const name = (isMade ? madeCluster?.name : undefined) ?? context ?? host;
  run.cluster = { client, name, serverVersion, connection, isMade };
}

async function make(run: Run): Promise<void> {
  const { inputs, temp, environment, workflow, state, signal } = run;
  const { say: progress, warn } = workflow;
  const name = inputs["cluster-name"];
  const kubeconfig = join(temp, `pystol-${name}.kubeconfig`);
  const config = await configText(run);
  // Images that the configuration names are its own.
  const { nodes, images } = kindConfigFacts(config);
  const image = inputs["node-image"] ?? (images.length > 0 ? undefined : NODE_IMAGE);
  const { provider } = inputs;
  const engine = await preflight({
    ...{ provider, environment, nodes, config, nodeImage: image, warn, signal },
  });
  const program = await obtainKind({
    path: inputs["kind-path"],
    cacheDirectory: environment.RUNNER_TOOL_CACHE,
    environment: { ...environment, ...engine.environment },
    cache: crossRunCache(environment),
    ...{ temp, progress, warn, signal },
  });
  const archive = inputs["node-image-archive"];
  const forPost = {
    ...{ name, kubeconfig, kindPath: program.path },
    engine: differing(engine.environment, environment),
  };
  await createKindCluster({
    ...{ program, name, kubeconfig, config, image, progress, signal },
    nodeImageArchive: archive ? { file: resolve(run.workspace, archive), engine } : undefined,
    readyTimeoutMs: inputs["ready-timeout"],
    beforeCreate: () => {
      // From here on the post step, or whoever looks why it failed, can find what there is.
      state.change({ madeCluster: forPost, connection: { kubeconfig }, isMade: true });
      workflow.output("cluster-name", name);
      workflow.output("kubeconfig", kubeconfig);
      workflow.variable("KUBECONFIG", kubeconfig);
    },
    onNothingLeft: () =>
      state.change({ madeCluster: undefined, connection: undefined, isMade: undefined }),
    onFailed: () => diagnose(run),
  });
  for (const secret of secretsOf(await readFile(kubeconfig, "utf8"))) workflow.mask(secret);
  const { client, serverVersion } = await connect({ kubeconfig });
  progress(`The cluster ${name} is ready, Kubernetes ${serverVersion}`);
  run.cluster = { client, name, serverVersion, connection: { kubeconfig }, isMade: true };
}

/** What an environment has beside another one. */
function differing(
  one: Readonly<Record<string, string | undefined>>,
  other: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(one).flatMap(([name, value]) =>
      value !== undefined && value !== other[name] ? [[name, value]] : [],
    ),
  );
}

/** The input "kind-config" is a path if it is one line, otherwise the configuration itself. */
async function configText({ inputs, workspace }: Run): Promise<string> {
  const { "kind-config": given, workers } = inputs;
  if (given === undefined) return kindConfig(workers);
  if (given.includes("\n")) return given;
  const file = resolve(workspace, given);
  if (await stat(file).catch(() => undefined)) return readFile(file, "utf8");
  throw new Error(
    `Input "kind-config" is "${given}"; expected the path of a kind configuration (there is none at ${file}), or one over several lines.`,
  );
}
