import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type PystolAction,
  pystolActions,
  pystolRuns,
  type Resource,
  RUNS_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { ansibleFolder } from "../../support/ansible-collection.ts";
import { type ApiProxy, startApiProxy } from "../../support/api-proxy/api-proxy.ts";
import {
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";
import type { Container } from "../../support/test-kubelet/container.ts";
import type { KubeletPod, PodLife } from "../../support/test-kubelet/pod-life.ts";
import { startTestKubelet, type TestKubelet } from "../../support/test-kubelet/test-kubelet.ts";
import { type AccountFolder, accountFolder, inCluster } from "./account-folder.ts";
import { type ConfigMap, configMaps } from "./config-map.ts";
import { FIXTURES, SHOP, type TestedRole, writeTestedRoles } from "./fixtures.ts";
import { OperatorKeeper } from "./operator-keeper.ts";

const CLOCK = join(import.meta.dirname, "../../support/preload/clock.ts");
/** What Node has compiled, for the next start of the same program. https://nodejs.org/api/module.html#module-compile-cache */
const COMPILED = { NODE_COMPILE_CACHE: join(tmpdir(), "pystol-proof-compiled") };
const RECORD = join(import.meta.dirname, "../../../runner/record/main.ts");

/** Told of what the pods do. */
export interface Watchers {
  onLine?: (pod: KubeletPod, line: string) => void;
  onStart?: (life: PodLife, container: Container) => void;
}

/**
 * All of Pystol on a bare control plane: the real operator and, by the test kubelet, the real runners, both behind one proxy;
 * the namespace shop; and the roles plain and phased, whose effects are noted in `effectLog`.
 */
export class ProofWorld implements AsyncDisposable {
  readonly world: PystolControlPlane;
  readonly proxy: ApiProxy;
  readonly kubelet: TestKubelet;
  readonly keeper: OperatorKeeper;
  readonly effectLog: string;
  /** The operator's service account, as the kubelet mounts it. */
  readonly account: AccountFolder;
  /** Holds by how many ms the operator's calendar is off; read at SIGUSR2. */
  readonly clockFile: string;
  readonly #own: AsyncDisposableStack;

  constructor(parts: {
    world: PystolControlPlane;
    proxy: ApiProxy;
    kubelet: TestKubelet;
    keeper: OperatorKeeper;
    effectLog: string;
    account: AccountFolder;
    clockFile: string;
    own: AsyncDisposableStack;
  }) {
    this.account = parts.account;
    this.clockFile = parts.clockFile;
    this.world = parts.world;
    this.proxy = parts.proxy;
    this.kubelet = parts.kubelet;
    this.keeper = parts.keeper;
    this.effectLog = parts.effectLog;
    this.#own = parts.own;
  }

  /** Makes a target of its own and an action on it, both of this name, and returns the action's UID. */
  async submit(
    name: string,
    role: TestedRole,
    spec: Partial<PystolAction["spec"]> = {},
  ): Promise<string> {
    const { client } = this.world;
    await client.create(configMaps, {
      ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: SHOP } },
      data: { kept: "yes" },
    } as ConfigMap);
    return this.act(name, role, spec);
  }

  /** Makes an action on the target that has its name. */
  async act(
    name: string,
    role: TestedRole,
    spec: Partial<PystolAction["spec"]> = {},
  ): Promise<string> {
    const made = await this.world.client.create(pystolActions, {
      ...{ apiVersion: pystolActions.apiVersion, kind: pystolActions.kind },
      // So that every watch of actions has characters of several bytes.
      metadata: { name, namespace: SHOP, annotations: { note: "für 5 €" } },
      spec: { role, target: { names: [name] }, timeout: "3m", ...spec },
    });
    return made.metadata.uid ?? "";
  }

  /** Ends it with this world. */
  keep(started: AsyncDisposable): void {
    this.#own.use(started);
  }

  get(name: string): Promise<PystolAction> {
    return this.world.client.get(pystolActions, { namespace: SHOP, name });
  }

  run(uid: string) {
    return this.world.client.get(pystolRuns, { namespace: RUNS_NAMESPACE, name: `pa-${uid}` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#own.disposeAsync();
  }
}

export async function startProofWorld(
  options: Watchers & { env?: Readonly<Record<string, string>> } = {},
): Promise<ProofWorld> {
  await using own = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "pystol-proof-"));
  own.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const [collections, bin, podFolder] = ["collections", "bin", "pods"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const effectLog = join(folder, "effects");
  await Promise.all([mkdir(podFolder), mkdir(bin), writeTestedRoles(collections, effectLog)]);
  const command = `#!/bin/sh\nexec "${process.execPath}" "${RECORD}" "$@"\n`;
  await writeFile(join(bin, "pystol-record"), command, { mode: 0o755 });
  const [world, ansible] = await Promise.all([startPystolControlPlane(), ansibleFolder()]);
  own.use(world);
  for (const object of FIXTURES)
    await world.client.apply(typeOf(object as Resource), object, { fieldManager: "test" });
  const proxy = own.use(await startApiProxy(world.controlPlane));
  const kubelet = own.use(
    await startTestKubelet({
      ...{ client: world.client, tokenOf: world.tokenOf, folder: podFolder, collections },
      ...{ server: proxy.server, ca: world.controlPlane.ca, programs: [bin, ansible] },
      namespaces: [RUNS_NAMESPACE],
      environment: ({ metadata }) => ({ EFFECT_RUN: runOf(metadata.name), ...COMPILED }),
      onLine: (pod, line) => options.onLine?.(pod, line),
      onStart: (life, container) => options.onStart?.(life, container),
    }),
  );
  const account = await accountFolder(world, join(folder, "account"));
  const clockFile = join(folder, "clock");
  const env = {
    ...inCluster(proxy.server, account.folder),
    ...{ PYSTOL_KEEP_SECONDS: "2", NODE_OPTIONS: `--import=${CLOCK}`, CLOCK_FILE: clockFile },
    ...{ PYSTOL_LEADER_ELECT: "true", ...COMPILED },
    ...options.env,
  };
  const keeper = own.use(new OperatorKeeper(world, { server: proxy.server, env }));
  const parts = { world, proxy, kubelet, keeper, effectLog, account, clockFile };
  return new ProofWorld({ ...parts, own: own.move() });
}

/** "pa-UID" of the name of a pod of the run or of its recovery. */
export function runOf(podName: string): string {
  return podName.slice(0, "pa-".length + 36); // a UID has 36 characters
}
