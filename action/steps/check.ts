import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { readObjects } from "../../client/deploy/manifests.ts";
import { loadManifests } from "../../client/manifests/load.ts";
import { parseProbes } from "../../client/probes/parse.ts";
import type { Probe } from "../../client/probes/probe.ts";
import { keyOf } from "../../kubernetes/resources.ts";
import type { Run, Step } from "../context.ts";

/** Reads every file that the run needs, so that a typing error costs no cluster. */
export const check: Step = {
  name: "check",
  title: "Check the manifests",
  skip: ({ inputs }) =>
    inputs.actions === "" && inputs.roles.length === 0 ? "there are none" : undefined,
  run: async (run) => {
    const { inputs, workspace, workflow } = run;
    for (const file of inputs.roles) await readObjects(resolve(workspace, file));
    if (inputs.actions === "") return;
    run.manifests = await loadManifests({
      given: inputs.actions,
      name: 'the input "actions"',
      directory: workspace,
      namespace: inputs.namespace,
      root: run.root,
    });
    for (const { action, positionOf } of run.manifests) {
      const { file, line } = positionOf([]);
      workflow.say(`${keyOf(action)}: role ${action.spec.role}, ${file}:${line}`);
    }
    run.probes = await probesOf(run);
    await refuseNoDirectory(run);
  },
};

/** The input "probes" is a path if it is one line that names a file, otherwise the probes themselves. */
async function probesOf({ inputs, workspace }: Run): Promise<Probe[]> {
  const { probes: given } = inputs;
  if (given === "") return [];
  const file = resolve(workspace, given.trim());
  const isFile = !given.includes("\n") && (await stat(file).catch(() => undefined))?.isFile();
  if (isFile) return parseProbes(await readFile(file, "utf8"), { source: given.trim() });
  return parseProbes(given, { source: 'the input "probes"', isInline: true });
}

async function refuseNoDirectory({ inputs, workspace }: Run): Promise<void> {
  const given = inputs["working-directory"];
  const found = await stat(resolve(workspace, given)).catch(() => undefined);
  if (inputs.run === "" || found?.isDirectory()) return;
  throw new Error(
    `Input "working-directory" is "${given}"; expected a folder below ${workspace}, in which the command runs.`,
  );
}
