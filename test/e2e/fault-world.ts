import { connect } from "../../client/connect.ts";
import { applier } from "../../client/deploy/apply.ts";
import { enableNamespace } from "../../client/enable.ts";
import type { Client } from "../../kubernetes/client.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import {
  namespaces,
  type PystolAction,
  pystolActions,
  type Resource,
  type ResourceType,
  SYSTEM_NAMESPACE,
} from "../../kubernetes/resources.ts";
import { type Pod, pods } from "../../operator/workloads.ts";
import { eventually } from "../support/pystol-control-plane.ts";

export type Deployment = Resource & {
  spec: {
    replicas?: number;
    template: {
      spec: { containers: [{ image: string; env?: { name: string; value: string }[] }] };
    };
  };
};

export const deployments: ResourceType<Deployment> = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
};

/** The cluster of `npm start` with an enabled namespace of its own, where one role is tried on workloads that run. */
export interface FaultWorld extends AsyncDisposable {
  readonly client: Client;
  readonly namespace: string;
  /** Makes a Deployment whose pods do nothing, and returns once as many are Ready as it wants. */
  makeDeployment(name: string, replicas: number, podSpec?: object): Promise<Deployment>;
  /** The pods with app=NAME that are not being deleted. */
  podsOf(name: string): Promise<Pod[]>;
  submit(name: string, spec: object): Promise<PystolAction>;
  /** Resolves once the action is in that phase; fails at once if it has a verdict. */
  phase(action: PystolAction, phase: string): Promise<void>;
  finished(action: PystolAction): Promise<NonNullable<PystolAction["status"]>>;
  stop(action: PystolAction): Promise<void>;
  remove(action: PystolAction): Promise<void>;
}

export async function faultWorld(options: {
  kubeconfig: string;
  namespace: string;
  role: string;
}): Promise<FaultWorld> {
  const { kubeconfig, namespace, role } = options;
  const { client } = await connect({ kubeconfig });
  const apply = applier(client);
  const place = { namespace: SYSTEM_NAMESPACE, name: "pystol-operator" };
  const operator = await client.get(deployments, place);
  const { image } = operator.spec.template.spec.containers[0];
  await enableNamespace(client, { namespace, roles: [role] });
  const podsOf = async (app: string) => {
    const query = { labelSelector: `app=${app}` };
    const { items } = await client.list(pods, { namespace, query });
    return items.filter(({ metadata }) => !metadata.deletionTimestamp);
  };
  const read = ({ metadata }: PystolAction) => client.get(pystolActions, metadata);
  return {
    ...{ client, namespace, podsOf },
    makeDeployment: async (name, replicas, podSpec = {}) => {
      const deployment = await apply(idle({ name, namespace, image, replicas, podSpec }));
      await eventually(async () => {
        const ready = (await podsOf(name)).filter(isReady);
        if (ready.length !== replicas) throw new Error(`${ready.length} pods of ${name} are Ready`);
      }, 90_000);
      return deployment as Deployment;
    },
    submit: (name, spec) =>
      client.create(pystolActions, {
        apiVersion: pystolActions.apiVersion,
        kind: pystolActions.kind,
        metadata: { name, namespace },
        spec: { role, ...spec },
      } as PystolAction),
    phase: async (action, phase) => {
      const status = await eventually(async () => {
        const found = (await read(action)).status;
        if (found?.phase !== phase && !found?.verdict)
          throw new Error(`Not ${phase} yet: ${JSON.stringify(found)}`);
        return found;
      }, 120_000);
      if (status.phase !== phase) throw new Error(`Not ${phase}: ${JSON.stringify(status)}`);
    },
    finished: (action) =>
      eventually(async () => {
        const { status } = await read(action);
        if (!status?.verdict) throw new Error(`No verdict yet: ${JSON.stringify(status)}`);
        return status;
      }, 180_000),
    stop: async ({ metadata }) => {
      await client.mergePatch(pystolActions, metadata, { spec: { stop: true } });
    },
    remove: async (action) => {
      await client.delete(pystolActions, action.metadata);
      await eventually(async () => {
        const isGone = await read(action).then(
          () => false,
          (error) => hasReason(error, "NotFound"),
        );
        if (!isGone) throw new Error(`${action.metadata.name} is not gone yet`);
      }, 120_000);
    },
    [Symbol.asyncDispose]: async () => {
      await client.delete(namespaces, { name: namespace }).catch((error) => {
        if (!hasReason(error, "NotFound")) throw error; // a test may have deleted it
      });
      await client.close();
    },
  };
}

export function isReady({ status }: Pod): boolean {
  const { conditions = [] } = (status ?? {}) as {
    conditions?: { type: string; status: string }[];
  };
  return conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
}

function idle(of: {
  name: string;
  namespace: string;
  image: string;
  replicas: number;
  podSpec: object;
}): Resource {
  const { name, namespace, image, replicas, podSpec } = of;
  const command = ["/usr/bin/node", "--eval", "setInterval(() => {}, 1000)"];
  const spec = {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: "idle", image, command, env: [{ name: "LEVEL", value: "1" }] }],
    ...podSpec,
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec },
    },
  } as Resource;
}
