import { resolve } from "node:path";
import { settle, watchProbes } from "../../client/probes/run.ts";
import { resultOf } from "../../client/results.ts";
import { scriptCommand } from "../../client/scenario/command.ts";
import { type Probes, runScenario } from "../../client/scenario/scenario.ts";
import type { PystolAction } from "../../kubernetes/resources.ts";
import { environmentOfCommands } from "../command-environment.ts";
import { connected, type Run, type Step } from "../context.ts";

/** Runs the actions, the user's command under their faults, and the probes around them. */
export const faults: Step = {
  name: "faults",
  title: "Faults",
  skip: ({ manifests }) => (manifests.length === 0 ? "there are no actions" : undefined),
  run: async (run) => {
    const { inputs, workflow, state, signal, manifests } = run;
    const { client, connection } = connected(run);
    run.ending = await runScenario(client, manifests, {
      mode: inputs.mode,
      failFast: inputs["fail-fast"],
      command: inputs.run === "" ? undefined : commandOf(run),
      probes: run.probes.length === 0 ? undefined : probesOf(run),
      timeoutMs: inputs.timeout,
      progress: workflow.say,
      signal,
      onCreated: (action) => {
        run.created.push(action);
        state.change({ underway: [...state.get().underway, { ...placeOf(action), connection }] });
      },
      isExpected: (ending) => resultOf(ending, needsEvidence(run)).expected,
    });
    const over = new Set(
      run.ending.endings.flatMap(({ action, problem }) => (problem ? [] : action?.metadata.uid)),
    );
    state.change({ underway: state.get().underway.filter(({ uid }) => !over.has(uid)) });
    signal.throwIfAborted();
  },
};

/** Whether a pass needs evidence: where nobody said, in a cluster of our own, whose roles are those that we deployed. */
export function needsEvidence({ inputs, cluster }: Run): boolean {
  const asked = inputs["require-evidence"];
  return asked === "auto" ? (cluster?.isMade ?? false) : asked === "true";
}

function placeOf({ metadata }: PystolAction) {
  const { namespace = "default", name, uid = "" } = metadata;
  return { namespace, name, uid };
}

function commandOf(run: Run) {
  const { inputs, workspace, temp } = run;
  return scriptCommand({
    script: inputs.run,
    workingDirectory: resolve(workspace, inputs["working-directory"]),
    temp,
    environment: environmentOfCommands(run),
  });
}

function probesOf(run: Run): Probes {
  const { probes, workspace, temp, workflow } = run;
  const environment = environmentOfCommands(run);
  const context = (signal: AbortSignal) => ({
    ...{ client: connected(run).client, workspace, temp, environment, signal },
    progress: workflow.say,
    now: () => new Date(),
  });
  return {
    settle: (phase, signal) => settle(probes, phase, context(signal)),
    begin: ({ onBreach, signal }) =>
      watchProbes(probes, {
        ...context(signal),
        onBreach: ({ name, message }) => onBreach(`the probe "${name}" was breached: ${message}`),
      }),
  };
}
