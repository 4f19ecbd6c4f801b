import type { Client } from "../kubernetes/client.ts";
import { hasReason } from "../kubernetes/errors.ts";
import type { ResourceType } from "../kubernetes/resources.ts";
import { labelSelectorText } from "./label-selector.ts";
import { type Patience, retried } from "./retried.ts";
import type { Candidate, TargetSpec } from "./targets.ts";

const PAGE = 500;

interface Candidates {
  candidates: Candidate[];
  /** Whether things of that kind belong to a namespace. */
  isNamespaced: boolean;
}

/**
 * What the selector matches, or what of the names is there, in one namespace (for a kind without namespaces, in the cluster).
 *
 * @throws an Error that says what could not be read and why, for example that the role's account may not list pods there.
 */
export async function findCandidates(
  client: Client,
  options: {
    actsOn: { apiVersion: string; kind: string };
    namespace: string;
    target: TargetSpec;
    patience: Patience;
  },
): Promise<Candidates> {
  const { actsOn, target, patience } = options;
  const type = await resourceType(client, actsOn, patience);
  const isNamespaced = type.namespaced;
  const namespace = isNamespaced ? options.namespace : undefined;
  try {
    if (!target.names) {
      const list = () => listAll(client, type, namespace, target.selector ?? {});
      return { isNamespaced, candidates: await retried(patience, list) };
    }
    const found = await Promise.all(
      target.names.map((name) =>
        retried(patience, () => client.get(type, { namespace, name })).catch((error) => {
          if (hasReason(error, "NotFound")) return undefined;
          throw error;
        }),
      ),
    );
    return { isNamespaced, candidates: found.filter((candidate) => candidate !== undefined) };
  } catch (cause) {
    const where = namespace ? ` in the namespace ${namespace}` : "";
    throw new Error(`Cannot read ${type.plural}${where}: ${(cause as Error).message}`, { cause });
  }
}

async function listAll(
  client: Client,
  type: ResourceType<Candidate>,
  namespace: string | undefined,
  selector: NonNullable<TargetSpec["selector"]>,
): Promise<Candidate[]> {
  const labelSelector = labelSelectorText(selector);
  const all: Candidate[] = [];
  let next: string | undefined;
  do {
    const query = { labelSelector, limit: PAGE, continue: next };
    const page = await client.list(type, { namespace, query });
    // A list leaves out of its items what it says once for all of them.
    all.push(
      ...page.items.map((item) => ({ ...item, apiVersion: type.apiVersion, kind: type.kind })),
    );
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return all;
}

/** How the API server names the kind in its paths: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */
async function resourceType(
  client: Client,
  { apiVersion, kind }: { apiVersion: string; kind: string },
  patience: Patience,
): Promise<ResourceType<Candidate>> {
  const path = `${apiVersion.includes("/") ? "/apis" : "/api"}/${apiVersion}`;
  const discovered = await retried(patience, () =>
    client.request<{ resources: { name: string; kind: string; namespaced: boolean }[] }>({
      method: "GET",
      path,
    }),
  ).catch((cause) => {
    throw new Error(`Cannot read which kinds ${apiVersion} has: ${(cause as Error).message}`, {
      cause,
    });
  });
  const resource = discovered.resources.find(
    ({ name, kind: found }) => found === kind && !name.includes("/"),
  );
  if (!resource) throw new Error(`The API server knows no kind ${kind} in ${apiVersion}.`);
  return { apiVersion, kind, plural: resource.name, namespaced: resource.namespaced };
}
