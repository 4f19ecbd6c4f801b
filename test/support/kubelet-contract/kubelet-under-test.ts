import type { Client } from "../../../kubernetes/client.ts";
import { namespaces, pathOf, type Resource } from "../../../kubernetes/resources.ts";
import { type Pod, pods } from "../../../operator/workloads.ts";
import { eventually, typeOf } from "../pystol-control-plane.ts";
import { IDENTITY } from "./programs.ts";

/** A kubelet, and a cluster in which it runs the pods of one namespace. */
export interface KubeletUnderTest extends AsyncDisposable {
  /** As the administrator. */
  readonly client: Client;
  /** For these tests alone; its service account default is there. */
  readonly namespace: string;
  /** Has /bin/sh and Node.js. */
  readonly image: string;
  /** What a pod's program has written to its standard output so far. */
  linesOf(podName: string): Promise<readonly string[]>;
  /** Called when a running pod's program uses more memory than its limit: for a kubelet that does not measure. */
  outOfMemory?(podName: string): Promise<unknown>;
  /** Called when a running pod's program uses more of its volume than its limit: for a kubelet that does not measure. */
  overVolumeLimit?(podName: string): Promise<unknown>;
}

/** What is special about a pod. */
export interface PodParts {
  finalizers?: string[];
  spec?: object;
  /** Of its container. */
  container?: object;
}

/** The finalizer that keeps a pod, as Pystol's does. */
export const KEPT = "test.pystol.org/kept";
const LONGEST_MS = 180_000;

/** The spec of a pod whose one container runs a program for /bin/sh, once. */
export function podSpecOf({ image }: KubeletUnderTest, program: string, parts: PodParts = {}) {
  return {
    restartPolicy: "Never",
    enableServiceLinks: false,
    containers: [{ name: "main", ...containerOf(image, program), ...parts.container }],
    ...parts.spec,
  };
}

/** All of a container but its name. */
export function containerOf(image: string, program: string) {
  const command = ["/bin/sh", "-c", program];
  return { image, imagePullPolicy: "IfNotPresent", command, env: IDENTITY };
}

export function createPod(
  kubelet: KubeletUnderTest,
  name: string,
  program: string,
  parts: PodParts = {},
): Promise<Pod> {
  const { finalizers = [] } = parts;
  return kubelet.client.create(pods, {
    ...{ apiVersion: pods.apiVersion, kind: pods.kind },
    metadata: { name, namespace: kubelet.namespace, finalizers },
    spec: podSpecOf(kubelet, program, parts),
  } as Pod);
}

/** The first line of a pod's program, once it has written one: then it hears signals. */
export function firstLine(kubelet: KubeletUnderTest, { metadata }: Resource): Promise<string> {
  return until(async () => {
    const [line] = await kubelet.linesOf(metadata.name);
    if (line === undefined) throw new Error(`${metadata.name} has not written a line yet`);
    return line;
  });
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
export async function evict({ client, namespace }: KubeletUnderTest, pod: Resource): Promise<void> {
  const { name } = pod.metadata;
  await client.request({
    method: "POST",
    path: pathOf(pods, { namespace, name, subresource: "eviction" }),
    body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } },
  });
}

/** Makes the namespace, and waits for its service account default, without which no pod can be made. */
export async function makeNamespace(client: Client, name: string): Promise<void> {
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const account = { name: "default", namespace: name };
  const type = typeOf({ apiVersion: "v1", kind: "ServiceAccount", metadata: account });
  await until(() => client.get(type, account));
}

/** Tries `act` until it does not throw. */
export function until<T>(act: () => Promise<T> | T): Promise<T> {
  return eventually(act, LONGEST_MS);
}
