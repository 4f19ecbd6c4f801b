import type { Client } from "../../kubernetes/client.ts";
import type { Resource } from "../../kubernetes/resources.ts";

const VERBS = ["get", "list", "watch", "create", "patch", "update", "delete"] as const;
const PREFIX = "pystol-bench-";

/** How many requests the API server has dispatched for one account, by verb. */
export type RequestCounts = Readonly<Record<(typeof VERBS)[number], number>>;

/**
 * One FlowSchema for each verb of the account, at the priority that service accounts have anyway: so that the API server counts
 * its requests by verb. https://kubernetes.io/docs/concepts/cluster-administration/flow-control/
 */
export function flowSchemas(account: { namespace: string; name: string }): Resource[] {
  return VERBS.map(
    (verb, index) =>
      ({
        apiVersion: "flowcontrol.apiserver.k8s.io/v1",
        kind: "FlowSchema",
        metadata: { name: PREFIX + verb },
        spec: {
          priorityLevelConfiguration: { name: "workload-low" },
          matchingPrecedence: 600 + index,
          distinguisherMethod: { type: "ByUser" },
          rules: [
            {
              subjects: [{ kind: "ServiceAccount", serviceAccount: account }],
              resourceRules: [
                {
                  verbs: [verb],
                  apiGroups: ["*"],
                  resources: ["*"],
                  clusterScope: true,
                  namespaces: ["*"],
                },
              ],
            },
          ],
        },
      }) as Resource,
  );
}

/** What the API server has counted so far, of its own metrics. */
export async function requestCounts(client: Client): Promise<RequestCounts> {
  const text = await client.request<string>({ method: "GET", path: "/metrics" });
  return countsIn(text);
}

/** Reads the counts from metrics in Prometheus' text format. */
export function countsIn(metrics: string): RequestCounts {
  const counts = { get: 0, list: 0, watch: 0, create: 0, patch: 0, update: 0, delete: 0 };
  for (const line of metrics.split("\n")) {
    if (!line.startsWith("apiserver_flowcontrol_dispatched_requests_total{")) continue;
    const verb = VERBS.find((one) => line.includes(`flow_schema="${PREFIX}${one}"`));
    if (verb) counts[verb] += Number(line.slice(line.lastIndexOf(" ") + 1));
  }
  return counts;
}

/** What was asked between two counts. */
export function between(before: RequestCounts, after: RequestCounts): RequestCounts {
  const entries = VERBS.map((verb) => [verb, after[verb] - before[verb]] as const);
  return Object.fromEntries(entries) as unknown as RequestCounts;
}
