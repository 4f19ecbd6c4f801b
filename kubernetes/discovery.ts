import type { Client } from "./client.ts";
import type { Resource, ResourceType } from "./resources.ts";

interface ApiResourceList {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

/** Finds how the API server names a type. It remembers what it found, and asks again for what it has not. */
export type Discover = (object: Pick<Resource, "apiVersion" | "kind">) => Promise<ResourceType>;

/**
 * Discovery through the API server: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 * The function throws if the server does not serve the type.
 */
export function discovery(client: Client): Discover {
  const known = new Map<string, ResourceType>();
  return async ({ apiVersion, kind }) => {
    const key = `${apiVersion} ${kind}`;
    const found = known.get(key);
    if (found) return found;
    const path = `${apiVersion.includes("/") ? "/apis" : "/api"}/${apiVersion}`;
    const list = await client.request<ApiResourceList>({ method: "GET", path });
    for (const each of list.resources) {
      if (each.name.includes("/")) continue; // a subresource
      const { kind, name: plural, namespaced } = each;
      known.set(`${apiVersion} ${kind}`, { apiVersion, kind, plural, namespaced });
    }
    const type = known.get(key);
    if (!type) throw new Error(`The API server serves no ${kind} in ${apiVersion}.`);
    return type;
  };
}
