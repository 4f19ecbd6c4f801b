import { randomBytes } from "node:crypto";
import type { Client } from "../../../kubernetes/client.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import { typeOf } from "../../support/pystol-control-plane.ts";

/** Each is planted somewhere else, and none may be anywhere in what is collected. */
export const PLANTED = {
  secretValue: "planted-Secret-value-1",
  secretOfAnEnvFile: "planted-dotenv-value-2",
  podVariable: "planted-pod-variable-3",
  podArgument: "planted-pod-argument-4",
  lastApplied: "planted-last-applied-5",
  configMap: "planted-config-map-6",
  kubeconfigKey: Buffer.from("planted-client-key-7-planted-client-key-7").toString("base64"),
  jwt: "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJwbGFudGVkIn0.cGxhbnRlZC1zaWduYXR1cmU",
  privateKey: "cGxhbnRlZCBwcml2YXRlIGtleSBvZiBtYW55IGxpbmVz",
  givenByCaller: "planted-by-caller-8",
  event: "planted-in-event-9",
  inspect: "planted-in-inspect-10",
  action: "planted-extra-var-11",
};
export const base64 = (text: string) => Buffer.from(text).toString("base64");

/** What the kubelet says of each container, and kind of one. */
export const LOG = [
  `started with ${PLANTED.secretValue} and ${base64(`user:${PLANTED.secretValue}`)}`,
  `login Authorization: Bearer ${PLANTED.jwt}`,
  `env says ${PLANTED.secretOfAnEnvFile}`,
  "-----BEGIN PRIVATE KEY-----",
  PLANTED.privateKey,
  "-----END PRIVATE KEY-----",
  `mirror https://me:${PLANTED.givenByCaller}@mirror.example/x`,
  "all is well again",
].join("\n");

/** Plays kind: writes what a node has, some of it secret, some of it no text, some of it with names that artifacts refuse. */
export const KIND = `#!${process.execPath}
const fs = require("node:fs"), path = require("node:path");
const [, , directory] = process.argv.slice(2);
if (process.argv.slice(2).join(" ") !== "export logs " + directory + " --name ci") process.exit(3);
const write = (name, text) => {
  fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
  fs.writeFileSync(path.join(directory, name), text);
};
write("ci-control-plane/inspect.json", JSON.stringify([{ Config: { Env: ["REGISTRY_TOKEN=${PLANTED.inspect}", "PATH=/bin"] } }], null, 2));
write("ci-control-plane/kubelet.log", "kubelet says hello\\nand ${PLANTED.givenByCaller}\\nclient-key-data: ${PLANTED.kubeconfigKey}\\n");
write("ci-control-plane/pods/shop_web:1?/0.log", ${JSON.stringify(LOG)});
write("ci-control-plane/containers/web.log", "the same again");
write("ci-control-plane/core.bin", Buffer.from([1, 0, 2]));
write("ci-control-plane/long.log", "${"x".repeat(5000)}${PLANTED.secretValue}" + " ".repeat(1400 - 9) + "\\n");
write("ci-control-plane/journal.log", "line of the journal\\n".repeat(20000) + "the newest line\\n");
`;

/** Puts a broken pod, whose node's kubelet listens on `port`, and secrets in many places into a control plane. */
export async function plant(client: Client, port: number): Promise<void> {
  const make = (object: object) => client.create(typeOf(object as Resource), object as Resource);
  const status = (object: object, value: object) => {
    const { metadata } = object as Resource;
    return client.mergePatch(
      typeOf(object as Resource),
      { ...metadata, subresource: "status" },
      { status: value },
    );
  };
  const shop = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", labels: { "pystol.org/enabled": "true" } },
  };
  const account = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: "shop" },
  };
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "web-1",
      namespace: "shop",
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": PLANTED.lastApplied },
    },
    spec: {
      nodeName: "node-1",
      automountServiceAccountToken: false,
      containers: [
        {
          name: "app",
          image: "shop/web:1",
          env: [
            { name: "STRIPE_KEY", value: PLANTED.podVariable },
            { name: "LOG_LEVEL", value: "debug" },
          ],
          args: ["--token", PLANTED.podArgument],
        },
      ],
    },
  };
  await make(shop);
  await make(account).catch(() => undefined); // where a controller was faster
  await make(node);
  await status(node, {
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    conditions: [{ type: "Ready", status: "False", reason: "KubeletNotReady", message: "no CNI" }],
  });
  await make({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "db", namespace: "shop" },
    data: {
      password: base64(PLANTED.secretValue),
      ".env": base64(`LOG=info\nDB_PASSWORD=${PLANTED.secretOfAnEnvFile}\n`),
    },
  });
  // More than one page of a list may have, as releases of Helm are; the small one comes last.
  for (const letter of "abcdefghij") {
    const data = { release: base64(randomBytes(690_000).toString("base64")) };
    await make({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: `a-${letter}`, namespace: "shop" },
      data,
    });
  }
  await make({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "shop" },
    data: { settings: PLANTED.configMap },
  });
  const made = await make(pod);
  const started = { running: { startedAt: "2026-01-01T00:00:00Z" } };
  const ended = { terminated: { exitCode: 137, reason: "OOMKilled" } };
  await status(pod, {
    phase: "Running",
    containerStatuses: [
      {
        name: "app",
        ready: false,
        restartCount: 4,
        state: started,
        lastState: ended,
        image: "",
        imageID: "",
      },
    ],
  });
  await make({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "web-1.1", namespace: "shop" },
    type: "Warning",
    reason: "BackOff",
    message: `could not log in: password=${PLANTED.event}`,
    lastTimestamp: "2026-01-01T00:00:10Z",
    involvedObject: {
      apiVersion: "v1",
      kind: "Pod",
      name: "web-1",
      namespace: "shop",
      uid: made.metadata.uid,
    },
  });
  await make({
    apiVersion: "pystol.org/v1alpha1",
    kind: "PystolAction",
    metadata: { name: "kill", namespace: "shop" },
    spec: { role: "killpods", extraVars: { dbPassword: PLANTED.action } },
  });
}
