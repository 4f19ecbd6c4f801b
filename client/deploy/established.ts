import type { Client } from "../../kubernetes/client.ts";
import type { Condition, Resource, ResourceType } from "../../kubernetes/resources.ts";
import { poll } from "../poll.ts";

interface Definition extends Resource {
  status?: { conditions?: Condition[] };
}

const definitions: ResourceType<Definition> = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};

/** Waits until the API server serves a CustomResourceDefinition. */
export async function untilEstablished(
  client: Client,
  name: string,
  options: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<void> {
  let seen = "no conditions";
  await poll(
    async () => {
      const conditions = (await client.get(definitions, { name })).status?.conditions ?? [];
      seen = conditions
        .map(({ type, status, message }) => `${type}=${status} ${message}`)
        .join(", ");
      const holds = (type: string) =>
        conditions.some((each) => each.type === type && each.status === "True");
      return holds("Established") && holds("NamesAccepted") ? true : undefined;
    },
    { what: `the CRD ${name} to be established`, seen: () => seen, everyMs: 100, ...options },
  );
}
