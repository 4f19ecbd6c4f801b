import { connect } from "../../client/connect.ts";
import { applier } from "../../client/deploy/apply.ts";
import { deploy } from "../../client/deploy/deploy.ts";
import { enableNamespace } from "../../client/enable.ts";
import { pystolRoot } from "../../client/root.ts";
import type { Client } from "../../kubernetes/client.ts";
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

const NAMESPACE = "e2e-partition";

type Status = NonNullable<PystolAction["status"]>;

/** The cluster of `npm start` with faults on nodes, servers on one node, a client there and one on another node. */
export interface PartitionWorld extends AsyncDisposable {
  client: Client;
  /** What a client's pod sees of a server's pod: asks three times over new connections. */
  ask(server: string, options?: { port?: number; client?: string }): Promise<"answered" | "lost">;
  submit(name: string, spec: object): Promise<PystolAction>;
  /** Resolves once the action is in that phase; fails at once if it has a verdict. */
  phase(action: PystolAction, phase: string): Promise<void>;
  finished(action: PystolAction): Promise<Status>;
  /** The action's helper pods that are not being deleted. */
  helperPods(action: PystolAction): Promise<Pod[]>;
}

type Deployment = Resource & {
  spec: {
    template: {
      spec: { containers: [{ image: string; env: { name: string; value?: string }[] }] };
    };
  };
};

const deployments: ResourceType<Deployment> = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
};

/** Answers on two ports. */
const SERVER = `
for (const port of [8080, 8081])
  require("node:http").createServer((_asked, answer) => answer.end("yes")).listen(port);
`;

/** Asked over HTTP, asks a server three times and says what came of it; keeps asking it, so that there are packets to drop. */
const CLIENT = `
const http = require("node:http");
const once = (url) => new Promise((resolve) => {
  const asking = http.get(url, { agent: false, timeout: 1500 }, (answer) => resolve(answer.resume().statusCode === 200));
  asking.on("timeout", () => asking.destroy()).on("error", () => resolve(false));
});
const urls = new Set();
setInterval(() => urls.forEach(once), 500);
http.createServer(async (asked, answer) => {
  const url = "http:/" + asked.url;
  urls.add(url);
  const seen = [await once(url), await once(url), await once(url)];
  answer.end(seen.every(Boolean) ? "answered" : seen.some(Boolean) ? "mixed" : "lost");
}).listen(8080);
`;

export async function partitionWorld(kubeconfig: string): Promise<PartitionWorld> {
  const { client } = await connect({ kubeconfig });
  const images = await deployedImages(client);
  await deploy(client, {
    root: await pystolRoot(import.meta.dirname),
    images,
    features: ["node-faults"],
    timeoutMs: 120_000,
    progress: (text) => console.log(`e2e: ${text}`),
  });
  await enableNamespace(client, { namespace: NAMESPACE, roles: ["networkpartition"] });
  const apply = applier(client);
  const [one, other] = await workers(client);
  for (const [name, program, node] of [
    ["server", SERVER, one],
    ["bystander", SERVER, one],
    ["on-node", "setInterval(() => {}, 1000)", one],
    ["client", CLIENT, one],
    ["far-client", CLIENT, other],
  ] as const) {
    await apply(podOf({ name, program, node, image: images.operator }));
  }
  const ips = new Map<string, string>();
  for (const name of ["server", "bystander", "on-node", "client", "far-client"]) {
    const pod = await eventually(async () => {
      const found = (await client.get(pods, { namespace: NAMESPACE, name })) as Pod & {
        status?: { podIP?: string };
      };
      if (found.status?.phase !== "Running") throw new Error(`${name} does not run yet`);
      return found;
    }, 60_000);
    ips.set(name, pod.status?.podIP ?? "");
  }
  const read = ({ metadata }: PystolAction) => client.get(pystolActions, metadata);
  return {
    client,
    ask: async (server, { port = 8080, client: from = "client" } = {}) => {
      // Through the API server to the client's pod, which the partition does not concern.
      const path = `/api/v1/namespaces/${NAMESPACE}/pods/${from}:8080/proxy/${ips.get(server)}:${port}/`;
      return (await client.request({ method: "GET", path })) as "answered" | "lost";
    },
    submit: (name, spec) =>
      client.create(pystolActions, {
        apiVersion: pystolActions.apiVersion,
        kind: pystolActions.kind,
        metadata: { name, namespace: NAMESPACE },
        spec,
      } as PystolAction),
    phase: (action, phase) => reached(() => read(action), phase),
    finished: (action) =>
      eventually(async () => {
        const { status } = await read(action);
        if (!status?.verdict) throw new Error(`No verdict yet: ${JSON.stringify(status)}`);
        return status;
      }, 180_000),
    helperPods: async ({ metadata }) => {
      const query = { labelSelector: `pystol.org/action-uid=${metadata.uid}` };
      const list = await client.list(pods, { namespace: "pystol-nodes", query });
      return list.items.filter((pod) => !pod.metadata.deletionTimestamp);
    },
    [Symbol.asyncDispose]: async () => {
      await client.delete(namespaces, { name: NAMESPACE });
      await client.close();
    },
  };
}

async function reached(read: () => Promise<PystolAction>, phase: string): Promise<void> {
  const last = await eventually(async () => {
    const { status } = await read();
    if (status?.phase !== phase && !status?.verdict)
      throw new Error(`Not ${phase} yet: ${JSON.stringify(status)}`);
    return status;
  }, 120_000);
  if (last?.phase !== phase)
    throw new Error(`It ended before it was ${phase}: ${JSON.stringify(last)}`);
}

async function deployedImages(client: Client): Promise<{ operator: string; runner: string }> {
  const place = { namespace: SYSTEM_NAMESPACE, name: "pystol-operator" };
  const [container] = (await client.get(deployments, place)).spec.template.spec.containers;
  const runner = container.env.find(({ name }) => name === "PYSTOL_RUNNER_IMAGE")?.value ?? "";
  return { operator: container.image, runner };
}

/** Two different nodes for pods, so that packets cross the network. */
async function workers(client: Client): Promise<[string, string]> {
  const nodes = { apiVersion: "v1", kind: "Node", plural: "nodes", namespaced: false };
  const { items } = await client.list(nodes);
  const names = items
    .filter(({ metadata }) => !("node-role.kubernetes.io/control-plane" in (metadata.labels ?? {})))
    .map(({ metadata }) => metadata.name);
  const [one, other = one] = names;
  if (!one || !other) throw new Error("The cluster has no worker.");
  return [one, other];
}

function podOf(pod: { name: string; program: string; node: string; image: string }): Resource {
  const { name, program, node, image } = pod;
  const command = ["/usr/bin/node", "--eval", program];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: NAMESPACE, labels: { app: name } },
    spec: {
      nodeName: node,
      hostNetwork: name === "on-node",
      terminationGracePeriodSeconds: 0,
      containers: [{ name: "main", image, command }],
    },
  } as Resource;
}
