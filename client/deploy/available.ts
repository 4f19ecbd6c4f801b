import type { Client } from "../../kubernetes/client.ts";
import { ApiError } from "../../kubernetes/errors.ts";
import { pathOf, type Resource, type ResourceType } from "../../kubernetes/resources.ts";
import { poll } from "../poll.ts";
import { type Deployment, isRolledOut, type Pod, stateOfPods, trouble } from "./rollout.ts";

const deployments: ResourceType<Deployment> = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
};
const pods: ResourceType<Pod> = {
  apiVersion: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
};
const LOG_LINES = 15;

/**
 * Waits until a Deployment's own pods, and no older ones, are available.
 *
 * @throws at once where a container cannot start (no image, wrong configuration) or keeps crashing, with its last log lines;
 * after `timeoutMs` with what its pods wait for.
 */
export async function untilAvailable(
  client: Client,
  { metadata: { namespace, name } }: Resource,
  options: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<void> {
  let seen = "nothing";
  await poll(
    async () => {
      const deployment = await client.get(deployments, { namespace, name });
      if (isRolledOut(deployment)) return true;
      const labelSelector = Object.entries(deployment.spec.selector.matchLabels)
        .map(([label, value]) => `${label}=${value}`)
        .join(",");
      const all = (await client.list(pods, { namespace, query: { labelSelector } })).items;
      const own = all.filter((pod) => runsImageOf(pod, deployment));
      seen = stateOfPods(own);
      const found = own.map(trouble).find((each) => each !== undefined);
      if (!found) return undefined;
      const log = found.hasRun ? await lastLog(client, found.pod, found.container) : "";
      throw new Error(
        `The Deployment ${name} cannot start: pod ${found.pod.metadata.name}, container ${found.container}: ${found.reason}.${log}`,
      );
    },
    { what: `the Deployment ${namespace}/${name} to be available`, seen: () => seen, ...options },
  );
}

function runsImageOf(pod: Pod, deployment: Deployment): boolean {
  const wanted = deployment.spec.template.spec.containers.map(({ image }) => image).join();
  return (
    !pod.metadata.deletionTimestamp &&
    pod.spec.containers.map(({ image }) => image).join() === wanted
  );
}

async function lastLog(client: Client, pod: Pod, container: string): Promise<string> {
  const { namespace, name } = pod.metadata;
  try {
    const log = await client.request<string>({
      method: "GET",
      path: pathOf(pods, { namespace, name, subresource: "log" }),
      query: { container, previous: true, tailLines: LOG_LINES },
    });
    const lines = String(log).trimEnd().split("\n");
    if (lines.join("") === "") return " It logged nothing.";
    return `\nIts last lines:\n${lines.map((line) => `  | ${line}`).join("\n")}`;
  } catch (error) {
    if (error instanceof ApiError) return ` Its log cannot be read: ${error.message}`;
    throw error;
  }
}
