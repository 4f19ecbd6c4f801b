import { poll } from "../../client/poll.ts";
import type { Client } from "../../kubernetes/client.ts";
import { namespaces, type Resource, type ResourceType } from "../../kubernetes/resources.ts";

export const DEMO_NAMESPACE = "shop";
const REPLICAS = 3;
const LABELS = { app: "web" };

/** Answers every request, and ends at once when it is asked to: as PID 1 it must say so itself. */
const SERVER = `
const http = require("node:http");
const server = http.createServer((_request, response) => response.end("The shop is open.\\n"));
server.listen(8080);
process.on("SIGTERM", () => process.exit(0));
`;

interface Deployment extends Resource {
  spec: unknown;
  status?: { availableReplicas?: number; observedGeneration?: number };
}

const deployments: ResourceType<Deployment> = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
};
const services: ResourceType = {
  apiVersion: "v1",
  kind: "Service",
  plural: "services",
  namespaced: true,
};

/** Installs a small HTTP service of three pods, whose image needs only Node.js, and waits until it is available. */
export async function installDemo(
  client: Client,
  image: string,
  signal?: AbortSignal,
): Promise<void> {
  const options = { fieldManager: "pystol-start" };
  await client.apply(namespaces, demoNamespace(), options);
  await client.apply(deployments, demoDeployment(image), options);
  await client.apply(services, demoService(), options);
  let available = 0;
  await poll(
    async () => {
      const place = { namespace: DEMO_NAMESPACE, name: "web" };
      const { status } = await client.get(deployments, place);
      available = status?.availableReplicas ?? 0;
      return available === REPLICAS || undefined;
    },
    {
      what: `the demo application in the namespace ${DEMO_NAMESPACE}`,
      seen: () => `${available} of ${REPLICAS} pods available`,
      timeoutMs: 180_000,
      signal,
    },
  );
}

function demoNamespace(): Resource {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: DEMO_NAMESPACE } };
}

function demoDeployment(image: string): Deployment {
  const container = {
    name: "web",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["/usr/bin/node", "--eval", SERVER],
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
    resources: { requests: { cpu: "10m", memory: "48Mi" }, limits: { memory: "128Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      runAsUser: 65532,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: DEMO_NAMESPACE },
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: { automountServiceAccountToken: false, containers: [container] },
      },
    },
  };
}

function demoService(): Resource {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: DEMO_NAMESPACE },
    spec: { selector: LABELS, ports: [{ port: 80, targetPort: 8080 }] },
  };
  return service;
}
