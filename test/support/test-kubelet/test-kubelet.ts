import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../../../kubernetes/client.ts";
import { ApiError, ConnectionError } from "../../../kubernetes/errors.ts";
import { Reflector } from "../../../kubernetes/reflector.ts";
import { keyOf, pathOf, type ResourceType } from "../../../kubernetes/resources.ts";
import type { Account } from "../pystol-control-plane.ts";
import type { Container } from "./container.ts";
import { keepNode } from "./node.ts";
import { type KubeletPod, PodLife } from "./pod-life.ts";

const pods: ResourceType<KubeletPod> = {
  ...{ apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true },
};
const RETRY_MS = 200;
/** A kubelet's own evictions leave no more, and nothing leaves less: https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/pod_workers.go */
const SHORTEST_GRACE_SECONDS = 1;
const DEFAULT_GRACE_SECONDS = 30;

export interface TestKubeletOptions {
  /** As the administrator, and not through a proxy: the kubelet is no part of what is tested. */
  client: Client;
  tokenOf: (account: Account) => Promise<string>;
  /** The API server as the pods reach it, and who signed its certificate. */
  server: string;
  ca: string;
  /** The namespaces whose pods are run. */
  namespaces: readonly string[];
  /** For whatever the pods write; the caller's. */
  folder: string;
  /** Where the collections are, and the folders of ansible-playbook and pystol-record. */
  collections: string;
  programs: readonly string[];
  nodeName?: string;
  /** More variables of a pod's containers. */
  environment?: (pod: KubeletPod) => Readonly<Record<string, string>>;
  onLine?: (pod: KubeletPod, line: string) => void;
  onStart?: (life: PodLife, container: Container) => void;
}

/** A scheduler and a kubelet with one node: every pod of the namespaces runs as processes of this machine. */
export interface TestKubelet extends AsyncDisposable {
  /** The pods that have been started, the newest last. */
  readonly lives: readonly PodLife[];
  /** The pod of that name, once it runs. */
  lifeOf(podName: string): PodLife | undefined;
  /** Ends a pod because the node is short of memory: https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/ */
  evictForPressure(life: PodLife): Promise<void>;
  /** The node dies with all that runs on it; nothing is written any more. */
  lose(): Promise<void>;
}

export async function startTestKubelet(options: TestKubeletOptions): Promise<TestKubelet> {
  const { client, folder, nodeName = "test-node" } = options;
  const lives = new Map<string, PodLife>();
  const bound = new Set<string>();
  const end = new AbortController();
  const node = await keepNode(client, nodeName);
  await writeFile(join(folder, "ca.crt"), options.ca);

  const reflectors = options.namespaces.map((namespace) => {
    const reflector: Reflector<KubeletPod> = new Reflector(client, pods, {
      selection: { namespace },
      onChange: (key) => void see(key, reflector.get(key)),
    });
    return reflector;
  });

  async function see(key: string, pod: KubeletPod | undefined): Promise<void> {
    if (end.signal.aborted) return;
    // Of most the deletion was seen before, with its grace; those whose was not have their own.
    for (const life of lives.values())
      if (keyOf(life.pod) === key && life.pod.metadata.uid !== pod?.metadata.uid)
        void life.terminate(graceOf(life.pod));
    if (!pod) return;
    const { uid = "" } = pod.metadata;
    const life = lives.get(uid);
    if (pod.metadata.deletionTimestamp) return remove(pod, life);
    if (!pod.spec.nodeName && !bound.has(uid)) {
      bound.add(uid);
      await persistently(() => bind(pod));
    } else if (pod.spec.nodeName === nodeName && !life && !isOver(pod)) start(pod);
  }

  function start(pod: KubeletPod): PodLife {
    const life: PodLife = new PodLife({
      pod,
      // Short, because the path of a socket in it has to fit into 107 bytes: unix(7)
      folder: join(folder, String(lives.size)),
      environment: environmentOf,
      writeStatus: (status) => persistently(() => write(pod, status)),
      onLine: (line) => options.onLine?.(pod, line),
      onStart: (container) => options.onStart?.(life, container),
    });
    lives.set(pod.metadata.uid ?? "", life);
    // A kubelet that cannot start a pod is a bug of these tests.
    life.ended.catch((error) => {
      if (!end.signal.aborted) throw error;
    });
    return life;
  }

  async function remove(pod: KubeletPod, known: PodLife | undefined): Promise<void> {
    const { uid = "" } = pod.metadata;
    if (pod.spec.nodeName !== nodeName) return;
    const life = known ?? (isOver(pod) ? undefined : start(pod));
    const isFirst = !bound.has(`removed ${uid}`);
    bound.add(`removed ${uid}`);
    await life?.terminate(graceOf(pod));
    if (!isFirst) return;
    const precondition = { gracePeriodSeconds: 0, preconditions: { uid } };
    await persistently(() => client.delete(pods, placeOf(pod), precondition));
  }

  async function bind(pod: KubeletPod): Promise<void> {
    const { name } = pod.metadata;
    const target = { apiVersion: "v1", kind: "Node", name: nodeName };
    await client.request({
      method: "POST",
      path: pathOf(pods, { ...placeOf(pod), subresource: "binding" }),
      body: { apiVersion: "v1", kind: "Binding", metadata: { name }, target },
    });
  }

  async function write(pod: KubeletPod, status: object): Promise<void> {
    const { uid } = pod.metadata;
    await client.request({
      method: "PATCH",
      path: pathOf(pods, { ...placeOf(pod), subresource: "status" }),
      contentType: "application/strategic-merge-patch+json", // keeps the conditions of others
      body: { metadata: { uid }, status },
    });
  }

  async function environmentOf(pod: KubeletPod, own: string): Promise<Record<string, string>> {
    const { name, namespace = "", uid = "" } = pod.metadata;
    const account = join(own, "serviceaccount");
    await mkdir(account, { recursive: true });
    const serviceAccount = pod.spec.serviceAccountName ?? "default";
    const token = await options.tokenOf({ namespace, name: serviceAccount, pod: { name, uid } });
    await Promise.all([
      writeFile(join(account, "ca.crt"), options.ca),
      writeFile(join(account, "token"), token, { mode: 0o600 }),
      writeFile(join(account, "namespace"), namespace),
    ]);
    const { hostname, port } = new URL(options.server);
    return {
      PATH: [...options.programs, process.env.PATH].join(":"),
      TMPDIR: join(own, "tmp"),
      ANSIBLE_COLLECTIONS_PATH: options.collections,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      PYSTOL_SERVICE_ACCOUNT_DIRECTORY: account,
      ...options.environment?.(pod),
    };
  }

  /** A kubelet tries for as long as it lives; what is gone or was changed is somebody else's will. */
  async function persistently(act: () => Promise<void>): Promise<void> {
    while (!end.signal.aborted) {
      try {
        return await act();
      } catch (error) {
        const isTemporary = error instanceof ApiError && (error.code >= 500 || error.code === 429);
        if (error instanceof ApiError && !isTemporary) return;
        if (!(error instanceof ApiError) && !(error instanceof ConnectionError)) throw error;
        await delay(RETRY_MS);
      }
    }
  }

  const running = Promise.all(reflectors.map((reflector) => reflector.run(end.signal)));
  await Promise.all(reflectors.map(({ synced }) => synced));
  const lose = async () => {
    end.abort();
    await node[Symbol.asyncDispose]();
    await Promise.all([...lives.values()].map((life) => life.vanish()));
    await running;
  };
  return {
    get lives() {
      return [...lives.values()];
    },
    lifeOf: (name) =>
      [...lives.values()].find(({ pod, isRunning }) => isRunning && pod.metadata.name === name),
    evictForPressure: (life) =>
      life.terminate(SHORTEST_GRACE_SECONDS, {
        reason: "Evicted",
        message: "The node was low on resource: memory.",
        disruption: "TerminationByKubelet",
      }),
    lose,
    [Symbol.asyncDispose]: lose,
  };
}

function placeOf({ metadata }: KubeletPod) {
  return { namespace: metadata.namespace, name: metadata.name };
}

/** The grace of a deletion, and else the pod's own. */
function graceOf({ metadata, spec }: KubeletPod): number {
  const { terminationGracePeriodSeconds = DEFAULT_GRACE_SECONDS } = spec;
  const grace = metadata.deletionGracePeriodSeconds ?? terminationGracePeriodSeconds;
  return Math.max(grace, SHORTEST_GRACE_SECONDS);
}

function isOver({ status }: KubeletPod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}
