import type { Client } from "../../kubernetes/client.ts";
import { ApiError } from "../../kubernetes/errors.ts";
import {
  ENABLED_LABEL,
  namespaces,
  type PystolRole,
  type PystolRun,
  pathOf,
  pystolActions,
  pystolRoles,
  pystolRuns,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
} from "../../kubernetes/resources.ts";
import { poll } from "../poll.ts";

const DRY_RUN = { dryRun: "All" };

/** Something that a guard must deny, tried without effect. */
interface Probe {
  policy: string;
  attempt: (client: Client) => Promise<unknown>;
}

const probes: readonly Probe[] = [
  {
    policy: "pystol-runs",
    attempt: (client) => client.create(pystolRuns, run, DRY_RUN),
  },
  {
    policy: "pystol-runs-namespace",
    attempt: (client) => {
      const path = `/apis/batch/v1/namespaces/${RUNS_NAMESPACE}/jobs`;
      return client.request({ method: "POST", path, query: DRY_RUN, body: job });
    },
  },
  {
    policy: "pystol-protected-namespaces",
    attempt: (client) => {
      const patch = { metadata: { labels: { [ENABLED_LABEL]: "true" } } };
      return client.mergePatch(namespaces, { name: "kube-system" }, patch, DRY_RUN);
    },
  },
  {
    policy: "pystol-leases",
    attempt: (client) => client.create(leases, lock, DRY_RUN),
  },
  {
    policy: "pystol-roles",
    attempt: (client) => client.create(pystolRoles, roleOfRights, DRY_RUN),
  },
  {
    policy: "pystol-requester",
    attempt: (client) => {
      const path = pathOf(pystolActions, { namespace: "default" });
      return client.request({ method: "POST", path, query: DRY_RUN, body: actionOfAnother });
    },
  },
];

const metadata = { name: "pystol-probe" };
const leases: ResourceType = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};
const inRuns = { ...metadata, namespace: RUNS_NAMESPACE };
const lock: Resource = { apiVersion: leases.apiVersion, kind: leases.kind, metadata: inRuns };
const run: PystolRun = {
  apiVersion: pystolRuns.apiVersion,
  kind: pystolRuns.kind,
  metadata: inRuns,
  spec: {
    timeoutSeconds: 1,
    action: { namespace: "default", name: "probe", uid: "probe" },
    role: { name: "probe", collection: "pystol.probe", role: "probe", image: "none.invalid" },
  },
};
const rights = { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["bind"] };
const roleOfRights: PystolRole = {
  apiVersion: pystolRoles.apiVersion,
  kind: pystolRoles.kind,
  metadata,
  spec: { collection: "pystol.probe", role: "probe", rules: [rights] },
};
const job = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata,
  spec: {
    template: {
      spec: { restartPolicy: "Never", containers: [{ name: "probe", image: "none.invalid" }] },
    },
  },
};
const actionOfAnother = {
  apiVersion: pystolActions.apiVersion,
  kind: pystolActions.kind,
  metadata,
  spec: { role: "probe", requester: "pystol:nobody" },
};

/**
 * Waits until the guards act: an API server takes some seconds to learn of a new policy, and until then it lets pass what the
 * policy forbids. All policies are learnt together, so those that can be tried without effect stand for the others.
 */
export async function untilGuarded(
  client: Client,
  options: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<void> {
  for (const { policy, attempt } of probes) {
    await poll(async () => ((await isDenied(policy, () => attempt(client))) ? true : undefined), {
      what: `the policy ${policy} to act`,
      seen: () => "the API server accepts what the policy forbids",
      everyMs: 200,
      ...options,
    });
  }
}

async function isDenied(policy: string, attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return false;
  } catch (error) {
    // Of several policies that deny, the answer names one: while the platform is stopped, perhaps that one.
    const policies = [policy, "pystol-stop"];
    if (error instanceof ApiError && policies.some((name) => error.message.includes(`'${name}'`)))
      return true;
    throw error;
  }
}
