import type { Client } from "../../../kubernetes/client.ts";
import { hasReason } from "../../../kubernetes/errors.ts";
import { ENABLED_LABEL, namespaces, type ResourceType } from "../../../kubernetes/resources.ts";
import { controllerOf, type Pod, pods } from "../pods/pod.ts";
import { classOf, type Leave, type Policy, type Surroundings } from "./classes.ts";

/** What is on a node, by what a drain does with it. */
export interface Survey {
  evict: Pod[];
  wait: Pod[];
  left: Partial<Record<Leave, number>>;
  /** Those left that are Pystol's own, as namespace/name. */
  own: string[];
  /** A sentence for each pod that stands against the drain. */
  refusals: string[];
}

const PAGE = 500;

const daemonSets: ResourceType = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  namespaced: true,
};

/** Looks at every pod of a node. @throws ApiError if the account may not. */
export async function surveyOf(client: Client, node: string, policy: Policy): Promise<Survey> {
  const all = await podsOn(client, node);
  const around: Surroundings = {
    enabled: await enabledNamespaces(client),
    absentDaemonSets: await absentDaemonSets(client, all),
  };
  const survey: Survey = { evict: [], wait: [], left: {}, own: [], refusals: [] };
  for (const pod of all) {
    const found = classOf(pod, policy, around);
    const { namespace, name } = pod.metadata;
    switch (found.kind) {
      case "evict":
        survey.evict.push(pod);
        break;
      case "wait":
        survey.wait.push(pod);
        break;
      case "leave":
        survey.left[found.why] = (survey.left[found.why] ?? 0) + 1;
        if (found.why === "pystol") survey.own.push(`${namespace}/${name}`);
        break;
      case "refuse":
        survey.refusals.push(`Pod ${namespace}/${name} on node ${node}: ${found.why}.`);
    }
  }
  return survey;
}

/** The selection of a node's pods. */
export function onNode(node: string): { fieldSelector: string } {
  return { fieldSelector: `spec.nodeName=${node}` };
}

async function podsOn(client: Client, node: string): Promise<Pod[]> {
  const found: Pod[] = [];
  let next: string | undefined;
  do {
    const query = { ...onNode(node), limit: PAGE, continue: next };
    const page = await client.list(pods, { query });
    found.push(...page.items);
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return found;
}

async function enabledNamespaces(client: Client): Promise<Set<string>> {
  const query = { labelSelector: `${ENABLED_LABEL}=true` };
  const { items } = await client.list(namespaces, { query });
  return new Set(items.map(({ metadata }) => metadata.name));
}

/** A pod whose DaemonSet is gone would not come back. */
async function absentDaemonSets(client: Client, all: readonly Pod[]): Promise<Set<string>> {
  const keys = new Set(
    all.flatMap((pod) => {
      const controller = controllerOf(pod);
      return controller?.kind === "DaemonSet"
        ? [`${pod.metadata.namespace}/${controller.name}`]
        : [];
    }),
  );
  const absent = await Promise.all(
    [...keys].map(async (key) => {
      const [namespace = "", name = ""] = key.split("/");
      try {
        await client.get(daemonSets, { namespace, name });
        return [];
      } catch (error) {
        if (hasReason(error, "NotFound")) return [key];
        throw error;
      }
    }),
  );
  return new Set(absent.flat());
}
