import type { Client } from "../../../kubernetes/client.ts";
import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";
import { playbookFor } from "../../../runner/playbook.ts";

/** The namespace of bare Jobs; it is made, and deleted with them. */
export const JOBS_NAMESPACE = "pystol-bench";

/** As runners have it: what is checked is one request, so that Kubernetes' own times weigh most. */
export const PING = {
  targets: ["http://web.shop.svc.cluster.local/"],
  attempts: 1,
};

export interface BareJob extends Resource {
  spec: unknown;
  status?: { conditions?: { type: string; status: string }[] };
}

export const bareJobs: ResourceType<BareJob> = {
  apiVersion: "batch/v1",
  kind: "Job",
  plural: "jobs",
  namespaced: true,
};

const SCRIPT =
  'printf %s "$PLAYBOOK" > /tmp/playbook.yml && exec ansible-playbook -i localhost, -c local -e "$VARIABLES" /tmp/playbook.yml';

/** A Job as somebody would write it who has no Pystol: the same image and playbook, and nothing else. */
export function bareJob(name: string, image: string): BareJob {
  const playbook = playbookFor({ collection: "pystol.actions", role: "pingtest" });
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: JOBS_NAMESPACE },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532 },
          containers: [
            {
              name: "playbook",
              image,
              imagePullPolicy: "IfNotPresent",
              command: ["/bin/sh", "-c", SCRIPT],
              env: [
                { name: "PLAYBOOK", value: playbook },
                { name: "VARIABLES", value: JSON.stringify(PING) },
                { name: "HOME", value: "/tmp" },
                { name: "ANSIBLE_LOCALHOST_WARNING", value: "False" },
              ],
              resources: { requests: { cpu: "50m", memory: "96Mi" }, limits: { memory: "512Mi" } },
            },
          ],
        },
      },
    },
  };
}

/** The runner's image of the deployed operator. @throws if it is not deployed. */
export async function runnerImageOf(client: Client): Promise<string> {
  interface Deployment extends Resource {
    spec: { template: { spec: { containers: { env?: { name: string; value?: string }[] }[] } } };
  }
  const deployments: ResourceType<Deployment> = {
    ...{ apiVersion: "apps/v1", kind: "Deployment", plural: "deployments", namespaced: true },
  };
  const place = { namespace: "pystol-system", name: "pystol-operator" };
  const { spec } = await client.get(deployments, place);
  const variables = spec.template.spec.containers.flatMap(({ env }) => env ?? []);
  const image = variables.find(({ name }) => name === "PYSTOL_RUNNER_IMAGE")?.value;
  if (!image) {
    throw new Error(
      "The Deployment pystol-operator in pystol-system sets no PYSTOL_RUNNER_IMAGE; expected Pystol as npm start -- --keep leaves it.",
    );
  }
  return image;
}
