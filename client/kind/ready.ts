import type { Client } from "../../kubernetes/client.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import type { Condition, Resource, ResourceType } from "../../kubernetes/resources.ts";
import { poll } from "../poll.ts";
import type { Progress } from "../progress.ts";

interface WithConditions extends Resource {
  status?: { conditions?: Pick<Condition, "type" | "status" | "reason" | "message">[] };
}

const nodes: ResourceType<WithConditions> = {
  apiVersion: "v1",
  kind: "Node",
  plural: "nodes",
  namespaced: false,
};
const deployments: ResourceType<WithConditions> = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
};
const serviceAccounts: ResourceType = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
};

/**
 * Waits until a new cluster can run pods: every node Ready, CoreDNS available, and the default ServiceAccount there.
 *
 * @throws after `timeoutMs`, naming what is still missing and the reason that the cluster gives.
 */
export async function untilReady(
  client: Client,
  options: { timeoutMs: number; progress: Progress; signal?: AbortSignal | undefined },
): Promise<void> {
  let missing = "nothing yet";
  await poll(
    async () => {
      const found = await whatIsMissing(client);
      if (found.length === 0) return true;
      if (found.join("; ") !== missing) options.progress(`Waiting: ${found.join("; ")}`);
      missing = found.join("; ");
      return undefined;
    },
    {
      what: "the cluster to be ready",
      seen: () => missing,
      timeoutMs: options.timeoutMs,
      signal: options.signal,
    },
  );
}

async function whatIsMissing(client: Client): Promise<string[]> {
  const all = (await client.list(nodes)).items;
  const unready = all.flatMap((node) => {
    const ready = conditionOf(node, "Ready");
    if (ready?.status === "True") return [];
    return [
      `node ${node.metadata.name} is not Ready${ready?.message ? ` (${ready.message})` : ""}`,
    ];
  });
  return [
    ...(all.length === 0 ? ["there is no node"] : []),
    ...unready,
    ...(await missingDns(client)),
    ...(await missingAccount(client)),
  ];
}

async function missingDns(client: Client): Promise<string[]> {
  const place = { namespace: "kube-system", name: "coredns" };
  const coredns = await ifThere(client.get(deployments, place));
  const available = coredns && conditionOf(coredns, "Available");
  if (available?.status === "True") return [];
  const why = coredns ? (available?.message ?? "no condition yet") : "no Deployment coredns";
  return [`CoreDNS is not available (${why})`];
}

async function missingAccount(client: Client): Promise<string[]> {
  const account = await ifThere(
    client.get(serviceAccounts, { namespace: "default", name: "default" }),
  );
  return account ? [] : ["the namespace default has no default ServiceAccount"];
}

function conditionOf(object: WithConditions, type: string) {
  return object.status?.conditions?.find((condition) => condition.type === type);
}

async function ifThere<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (hasReason(error, "NotFound")) return undefined;
    throw error;
  }
}
