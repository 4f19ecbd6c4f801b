import { rm } from "node:fs/promises";
import { connect } from "../client/connect.ts";
import { deleteKindCluster } from "../client/kind/delete.ts";
import { isFinished } from "../client/scenario/judge.ts";
import { hasReason } from "../kubernetes/errors.ts";
import { pystolActions } from "../kubernetes/resources.ts";
import type { Surroundings } from "./context.ts";
import { diagnose } from "./diagnose.ts";
import { messageOf } from "./messages.ts";

const STOPPING_MS = 10_000;

/**
 * The post phase, which runs whatever became of main: repeats `stop` for what may still run, collects what the cluster says if main
 * could not, and removes the cluster that main made, and no other. That something of it fails is a warning: the job's own result
 * stands.
 */
export async function post(about: Surroundings): Promise<void> {
  const { state, environment, workflow } = about;
  await stopAll(about);
  if (about.piece === "run") return; // the cluster is action/setup's, or somebody's
  const { madeCluster, hasFailed, hasEnded } = state.get();
  const isWell = hasEnded && !hasFailed;
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
  state.remove();
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
  const { underway, connection } = state.get();
  if (underway.length === 0 || !connection) return;
  try {
    const { client } = await connect(connection);
    const signal = AbortSignal.timeout(STOPPING_MS);
    for (const { uid, ...place } of underway) {
      signal.throwIfAborted();
      const action = await client.get(pystolActions, place).catch((error: unknown) => {
        if (hasReason(error, "NotFound")) return undefined;
        throw error;
      });
      if (!action || action.metadata.uid !== uid || isFinished(action)) continue;
      await client.mergePatch(pystolActions, place, { spec: { stop: true } });
      workflow.say(`${place.namespace}/${place.name}: asked to stop`);
    }
    await client.close();
  } catch (error) {
    const names = underway.map(({ namespace, name }) => `${namespace}/${name}`).join(", ");
    workflow.warn(`What was under way could not be asked to stop (${names}): ${messageOf(error)}`);
  }
}

function diagnosticsAsked(environment: Surroundings["environment"]) {
  const asked = environment.INPUT_DIAGNOSTICS?.trim();
  return asked === "never" || asked === "collect" ? asked : "upload";
}
