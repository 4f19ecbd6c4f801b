import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "../client/connect.ts";
import { collectDiagnostics } from "../client/diagnose/collect.ts";
import type { Client } from "../kubernetes/client.ts";
import { artifactName, uploadArtifact } from "./artifact.ts";
import type { Surroundings } from "./context.ts";
import { messageOf } from "./messages.ts";

/**
 * Collects, once a job, what the cluster says about a failure, and uploads it if that is asked for. That it fails is a warning:
 * it must not hide the failure that it is about.
 */
export async function diagnose(
  about: Surroundings & {
    inputs: { diagnostics: "upload" | "collect" | "never" };
    cluster?: { client: Client };
  },
): Promise<void> {
  const { state, inputs, temp, environment, workflow, signal } = about;
  const { madeCluster, connection, isDiagnosed } = state.get();
  if (inputs.diagnostics === "never" || isDiagnosed || !connection || signal.aborted) return;
  try {
    state.change({ isDiagnosed: true });
    await workflow.group("Diagnostics", async () => {
      const directory = await mkdtemp(join(temp, "pystol-diagnostics-"));
      const client = about.cluster?.client ?? (await clientOf(connection, workflow.say));
      const program = madeCluster && {
        path: madeCluster.kindPath,
        environment: { ...environment, ...madeCluster.engine },
      };
      const { files } = await collectDiagnostics({
        ...{ directory, temp, client, signal, secrets: secretsIn(environment), namespaces: [] },
        progress: workflow.say,
        ...(program ? { kind: { program, name: madeCluster.name } } : {}),
      });
      if (client && client !== about.cluster?.client) await client.close();
      workflow.say(`What the cluster says is in ${directory} (${files} files, without secrets)`);
      workflow.output("diagnostics", directory);
      if (inputs.diagnostics === "collect") return;
      const name = artifactName("pystol-diagnostics", environment, madeCluster?.name ?? "given");
      const warn = workflow.warn;
      const uploaded = await uploadArtifact({ name, directory, environment, warn, signal });
      if (uploaded) workflow.output("diagnostics-artifact", uploaded.id);
    });
  } catch (error) {
    workflow.warn(`What the cluster says could not be collected: ${messageOf(error)}`);
  }
}

/** What this step itself was given that nobody else may read. */
function secretsIn(environment: Surroundings["environment"]): string[] {
  const names = ["INPUT_GITHUB-TOKEN", "ACTIONS_RUNTIME_TOKEN", "GITHUB_TOKEN"];
  return names.flatMap((name) => environment[name]?.trim() || []);
}

/** Without a cluster that answers there are still the nodes' logs. */
async function clientOf(
  connection: { kubeconfig?: string | undefined; context?: string | undefined },
  say: (text: string) => void,
): Promise<Client | undefined> {
  try {
    return (await connect(connection)).client;
  } catch (error) {
    say(`The cluster does not answer: ${messageOf(error)}`);
    return undefined;
  }
}
