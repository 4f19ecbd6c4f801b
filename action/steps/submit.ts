import { enableCommands, enableNamespace, namespacesNotEnabled } from "../../client/enable.ts";
import { checkActions } from "../../client/submit.ts";
import { connected } from "../connected.ts";
import type { Run, Step } from "../run.ts";

/** Sees that the actions' namespaces take part, and has the API server check every action before the first is created. */
export const submit: Step = {
  name: "submit",
  title: "Submit",
  skip: ({ manifests, roles }) =>
    manifests.length + roles.length === 0 ? "there are no actions" : undefined,
  run: async (run) => {
    const { client, isMade } = connected(run);
    const namespaces = new Set([run.inputs.namespace, ...namespacesOf(run)]);
    if (isMade) {
      for (const namespace of namespaces) {
        await enableNamespace(client, { namespace, roles: run.roles });
        run.workflow.say(`The namespace ${namespace} takes part`);
      }
    } else {
      await refuseWhereNotEnabled(run);
    }
    await checkActions(client, run.manifests);
    if (run.manifests.length > 0) {
      run.workflow.say(`The API server accepts all ${run.manifests.length} actions`);
    }
  },
};

/** A cluster that was given is its owner's: they decide which namespaces take part. */
async function refuseWhereNotEnabled(run: Run): Promise<void> {
  const refused = await namespacesNotEnabled(connected(run).client, namespacesOf(run));
  if (refused.length === 0) return;
  const commands = refused.map(({ name, exists }) => {
    const roles = run.manifests
      .filter(({ action }) => action.metadata.namespace === name)
      .map(({ action }) => action.spec.role);
    const create = exists ? [] : [`kubectl create namespace ${name}`];
    return [...create, enableCommands(name, [...new Set(roles)])].join("\n");
  });
  const names = refused.map(({ name, exists }) =>
    exists ? name : `${name} (which does not exist)`,
  );
  throw new Error(
    `No faults are allowed in ${names.join(", ")} of this cluster. If they are yours, enable them with:\n${commands.join("\n")}`,
  );
}

function namespacesOf({ manifests }: Run): string[] {
  return manifests.map(({ action }) => action.metadata.namespace ?? "default");
}
