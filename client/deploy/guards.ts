import type { Client } from "../../kubernetes/client.ts";
import { ApiError } from "../../kubernetes/errors.ts";
import {
  ENABLED_LABEL,
  namespaces,
  pathOf,
  pystolActions,
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
    policy: "pystol-requester",
    attempt: (client) => {
      const path = pathOf(pystolActions, { namespace: "default" });
      return client.request({ method: "POST", path, query: DRY_RUN, body: actionOfAnother });
    },
  },
];

const metadata = { name: "pystol-probe" };
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
    if (error instanceof ApiError && error.message.includes(`'${policy}'`)) return true;
    throw error;
  }
}
