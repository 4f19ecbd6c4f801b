import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ObjectMeta, Resource } from "../../../kubernetes/resources.ts";
import { type Container, type ContainerSpec, seconds, startContainer } from "./container.ts";
import {
  type ContainerState,
  NEVER_STARTED,
  type Phase,
  type PodFacts,
  podStatus,
  type Terminated,
} from "./pod-status.ts";

export interface KubeletPod extends Resource {
  metadata: ObjectMeta & { deletionGracePeriodSeconds?: number };
  spec: {
    nodeName?: string;
    serviceAccountName?: string;
    activeDeadlineSeconds?: number;
    terminationGracePeriodSeconds?: number;
    initContainers?: ContainerSpec[];
    containers: ContainerSpec[];
  };
  status?: { phase?: string };
}

export interface PodLifeParts {
  pod: KubeletPod;
  /** A folder of this pod alone. */
  folder: string;
  /** The variables of a container beside those of its specification. */
  environment: (pod: KubeletPod, folder: string) => Promise<Readonly<Record<string, string>>>;
  writeStatus: (status: object) => Promise<void>;
  onLine: (line: string) => void;
  onStart: (container: Container) => void;
}

/** Why a kubelet ends a pod by itself. */
type Ending = NonNullable<PodFacts["ending"]>;

/** One pod on a node: its containers one after the other as processes, and the statuses that its kubelet writes. */
export class PodLife {
  readonly #parts: PodLifeParts;
  readonly #startTime = seconds(new Date());
  readonly #states = new Map<string, ContainerState>();
  #running: Container | undefined;
  #ending: Ending | undefined;
  #reasonOfEnd: string | undefined;
  #isAsked = false;
  #isSilent = false;
  #phase: Phase = "Pending";
  #writing = Promise.resolve();
  /** Resolves once nothing of the pod runs any more and that is written. */
  readonly ended: Promise<void>;

  constructor(parts: PodLifeParts) {
    this.#parts = parts;
    this.ended = this.#live();
  }

  get pod(): KubeletPod {
    return this.#parts.pod;
  }

  /** The termination message of its last container, once that has ended. */
  get message(): string | undefined {
    const state = this.#states.get(this.pod.spec.containers.at(-1)?.name ?? "");
    return state && "terminated" in state ? state.terminated.message : undefined;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** SIGKILL for whatever runs, as when a process is killed from outside; the kubelet reports what it sees. */
  async kill(reasonOfEnd?: string): Promise<void> {
    this.#reasonOfEnd = reasonOfEnd;
    this.#isAsked = true;
    await this.#running?.kill("SIGKILL");
  }

  /** What runs stands still, and hears nothing but SIGKILL. */
  async freeze(): Promise<void> {
    await this.#running?.kill("SIGSTOP");
  }

  /** SIGTERM, and SIGKILL after the grace; no later call changes that, as with real kubelets. Resolves as `ended` does. */
  async terminate(graceSeconds: number, ending?: Ending): Promise<void> {
    this.#ending ??= ending;
    if (this.#isAsked) return this.ended;
    this.#isAsked = true;
    const running = this.#running;
    await running?.kill("SIGTERM");
    const overdue = new AbortController();
    void delay(graceSeconds * 1000, undefined, { signal: overdue.signal }).then(
      () => running?.kill("SIGKILL"),
      () => undefined, // it ended in time
    );
    await this.ended;
    overdue.abort();
  }

  /** The node is gone: all that ran there is dead, and nobody says so. */
  async vanish(): Promise<void> {
    this.#isSilent = true;
    await this.kill();
  }

  async #live(): Promise<void> {
    const { spec } = this.#parts.pod;
    const deadline = new AbortController();
    if (spec.activeDeadlineSeconds !== undefined) {
      void delay(spec.activeDeadlineSeconds * 1000, undefined, { signal: deadline.signal }).then(
        () =>
          this.terminate(spec.terminationGracePeriodSeconds ?? 30, {
            reason: "DeadlineExceeded",
            message: "Pod was active on the node longer than the specified deadline",
          }),
        () => undefined, // it ended before
      );
    }
    this.#write("Pending");
    let hasFailed = false;
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
      if (hasFailed || this.#isAsked) break;
      hasFailed = !(await this.#succeeds(container));
    }
    deadline.abort();
    const hasEnded = ({ name }: ContainerSpec) => "terminated" in (this.#states.get(name) ?? {});
    const isDone = spec.containers.every(hasEnded) && !hasFailed && !this.#ending;
    const phase = isDone ? "Succeeded" : "Failed";
    this.#write(phase, this.#phase);
    const isInitialized = !hasFailed && (spec.initContainers ?? []).every(hasEnded);
    for (const container of isInitialized ? spec.containers : [])
      if (!hasEnded(container)) this.#states.set(container.name, { terminated: NEVER_STARTED });
    this.#write(phase);
    await this.#writing;
  }

  async #succeeds(spec: ContainerSpec): Promise<boolean> {
    const { pod, environment, onLine, onStart } = this.#parts;
    const folder = join(this.#parts.folder, spec.name);
    await mkdir(folder, { recursive: true });
    const env = { ...(await environment(pod, folder)), ...valuesOf(spec, pod, folder) };
    if (this.#isAsked) return true; // it did not fail: it was not started
    const container = await startContainer({ spec, env, folder, onLine });
    this.#running = container;
    this.#states.set(spec.name, { running: { startedAt: container.startedAt } });
    onStart(container);
    if (this.#isAsked) await container.kill("SIGKILL"); // asked to end while it started
    const isMain = pod.spec.containers.includes(spec);
    this.#write(isMain ? "Running" : "Pending");
    const { exitCode, message, finishedAt } = await container.ended;
    this.#running = undefined;
    const reason = this.#reasonOfEnd ?? (exitCode === 0 ? "Completed" : "Error");
    const terminated: Terminated = {
      ...{ exitCode, reason, finishedAt },
      startedAt: container.startedAt,
      containerID: `process://${pod.metadata.uid}`,
      ...(message ? { message } : {}),
    };
    this.#states.set(spec.name, { terminated });
    return exitCode === 0;
  }

  /** One write comes after the other; nothing that runs waits for them. */
  #write(phase: Phase, toldPhase?: Phase): void {
    const { pod, writeStatus } = this.#parts;
    const { containers, initContainers = [] } = pod.spec;
    const reason = initContainers.length > 0 ? "PodInitializing" : "ContainerCreating";
    const standing = (container: ContainerSpec) => ({
      spec: container,
      state: this.#states.get(container.name) ?? { waiting: { reason } },
    });
    const status = podStatus({
      ...{ phase, startTime: this.#startTime, now: seconds(new Date()) },
      ...(toldPhase ? { toldPhase } : {}),
      containers: containers.map(standing),
      initContainers: initContainers.map(standing),
      ...(this.#ending ? { ending: this.#ending } : {}),
    });
    this.#phase = toldPhase ?? phase;
    this.#writing = this.#writing.then(() => (this.#isSilent ? undefined : writeStatus(status)));
  }
}

/** The variables that the specification names, with fields of the pod, and with this machine's paths for the pod's. */
function valuesOf(
  { env = [] }: ContainerSpec,
  pod: KubeletPod,
  folder: string,
): Record<string, string> {
  const fields: Record<string, string | undefined> = {
    "metadata.name": pod.metadata.name,
    "metadata.uid": pod.metadata.uid,
    "metadata.namespace": pod.metadata.namespace,
    "spec.nodeName": pod.spec.nodeName,
  };
  return Object.fromEntries(
    env.map(({ name, value, valueFrom }) => {
      if (value !== undefined) return [name, value === "/tmp" ? join(folder, "tmp") : value];
      const path = valueFrom?.fieldRef?.fieldPath ?? "";
      const field = fields[path];
      if (field === undefined) throw new Error(`the test kubelet cannot give ${name} from ${path}`);
      return [name, field];
    }),
  );
}
