import type { Client } from "../../kubernetes/client.ts";
import { ApiError, ConnectionError, hasReason } from "../../kubernetes/errors.ts";
import type { Condition, Resource, ResourceType } from "../../kubernetes/resources.ts";
import type { Pod } from "../deploy/rollout.ts";
import { poll } from "../poll.ts";
import type { Progress } from "../progress.ts";
import { podReasons } from "./pod-reasons.ts";

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
const pods: ResourceType<Pod> = {
  apiVersion: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
};
const serviceAccounts: ResourceType = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
};

const SYSTEM = { namespace: "kube-system" };

/**
 * Waits until a new cluster can run pods: every node Ready, CoreDNS available, and the default ServiceAccount there.
 *
 * @throws after `timeoutMs`, naming what is still missing and the reasons that the cluster gives, those of its own pods too.
 */
export async function untilReady(
  client: Client,
  options: { timeoutMs: number; progress: Progress; signal?: AbortSignal | undefined },
): Promise<void> {
  let missing = "nothing yet";
  await poll(
    async () => {
      const found = await whatIsMissing(client).catch(unanswered);
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

/** A new API server restarts, and its load balancer finds it late; that is no answer yet, and no failure. */
function unanswered(error: unknown): string[] {
  const mayPass =
    error instanceof ConnectionError || (error instanceof ApiError && error.code >= 500);
  if (!mayPass) throw error;
  return [`the API server does not answer (${error.message})`];
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
  const missing = [
    ...(all.length === 0 ? ["there is no node"] : []),
    ...unready,
    ...(await missingDns(client)),
    ...(await missingAccount(client)),
  ];
  if (missing.length === 0) return [];
  return [...missing, ...podReasons((await client.list(pods, SYSTEM)).items)];
}

async function missingDns(client: Client): Promise<string[]> {
  const place = { ...SYSTEM, name: "coredns" };
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
