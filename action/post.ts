import { rm } from "node:fs/promises";
import { connect } from "../client/connect.ts";
import { deleteKindCluster } from "../client/kind/delete.ts";
import { isFinished } from "../client/scenario/judge.ts";
import { hasReason } from "../kubernetes/errors.ts";
import { pystolActions } from "../kubernetes/resources.ts";
import type { Surroundings } from "./context.ts";
import { diagnose } from "./diagnose.ts";
import { messageOf } from "./messages.ts";
import type { State } from "./state.ts";

const STOPPING_MS = 10_000;

/**
 * The post phase, which runs whatever became of main: repeats `stop` for what may still run, collects what the cluster says if main
 * could not, and removes the cluster that main made, and no other. That something of it fails is a warning: the job's own result
 * stands.
 */
export async function post(about: Surroundings): Promise<void> {
  const { state, environment, workflow } = about;
  await stopAll(about);
  if (about.piece === "run") {
    // What action/setup has left is its own post step's, which comes later.
    const { connection, kubeconfigs } = state.get();
    await removeFiles(kubeconfigs.filter((path) => path !== connection?.kubeconfig));
    return;
  }
  const { madeCluster, hasFailed, hasEnded, runs, runsBegun } = state.get();
  const isWell = hasEnded && !hasFailed && runs.length === runsBegun;
  if (!isWell) await diagnose({ ...about, inputs: { diagnostics: diagnosticsAsked(environment) } });
  const cleanup = environment.INPUT_CLEANUP?.trim() || "always";
  if (!madeCluster) {
    workflow.say("Nothing to remove: this job made no cluster.");
  } else if (cleanup === "never" || (cleanup === "on-success" && !isWell)) {
    workflow.say(
      `The cluster ${madeCluster.name} stays, as the input "cleanup" asks (${cleanup}).`,
    );
    return;
  } else {
    await remove(about, madeCluster);
  }
  await removeFiles(state.get().kubeconfigs);
  state.remove();
}

async function removeFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

async function remove(
  { state, environment, workflow }: Surroundings,
  made: NonNullable<ReturnType<Surroundings["state"]["get"]>["madeCluster"]>,
): Promise<void> {
  try {
    const program = { path: made.kindPath, environment: { ...environment, ...made.engine } };
    await deleteKindCluster({ program, name: made.name, kubeconfig: made.kubeconfig });
    state.change({ madeCluster: undefined });
    workflow.say(`Removed the cluster ${made.name}.`);
  } catch (error) {
    workflow.warn(`The cluster ${made.name} could not be removed: ${messageOf(error)}`);
    await rm(made.kubeconfig, { force: true });
  }
}

/** The operator undoes what it is told to stop; in a cluster that goes away, too, since that may fail. */
async function stopAll({ state, workflow }: Surroundings): Promise<void> {
  const signal = AbortSignal.timeout(STOPPING_MS);
  for (const action of state.get().underway) {
    try {
      signal.throwIfAborted();
      if (await stop(action)) workflow.say(`${action.namespace}/${action.name}: asked to stop`);
    } catch (error) {
      // Another one may still be asked.
      const name = `${action.namespace}/${action.name}`;
      workflow.warn(
        `${name} may be under way, and could not be asked to stop: ${messageOf(error)}`,
      );
    }
  }
}

/** Returns whether there was anything to stop. */
async function stop({ uid, connection, ...place }: State["underway"][number]): Promise<boolean> {
  const { client } = await connect(connection);
  try {
    const action = await client.get(pystolActions, place);
    if (action.metadata.uid !== uid || isFinished(action)) return false;
    await client.mergePatch(pystolActions, place, { spec: { stop: true } });
    return true;
  } catch (error) {
    if (hasReason(error, "NotFound")) return false;
    throw error;
  } finally {
    await client.close();
  }
}

function diagnosticsAsked(environment: Surroundings["environment"]) {
  const asked = environment.INPUT_DIAGNOSTICS?.trim();
  return asked === "never" || asked === "collect" ? asked : "upload";
}
