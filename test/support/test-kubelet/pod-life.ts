import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Resource } from "../../../kubernetes/resources.ts";
import { type Container, type ContainerSpec, seconds, startContainer } from "./container.ts";
import { type ContainerState, type PodFacts, podStatus, type Terminated } from "./pod-status.ts";

export interface KubeletPod extends Resource {
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

  /** SIGTERM, and SIGKILL after the pod's grace. */
  async terminate(graceSeconds: number, ending?: Ending): Promise<void> {
    this.#ending ??= ending;
    if (this.#isAsked) return;
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
    let hasFailed = false;
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
      if (hasFailed || this.#isAsked) break;
      hasFailed = (await this.#run(container)) !== 0;
    }
    deadline.abort();
    const isDone = spec.containers.every(
      ({ name }) => "terminated" in (this.#states.get(name) ?? {}),
    );
    await this.#write(isDone && !hasFailed && !this.#ending ? "Succeeded" : "Failed");
  }

  async #run(spec: ContainerSpec): Promise<number> {
    const { pod, environment, onLine, onStart } = this.#parts;
    const folder = join(this.#parts.folder, spec.name);
    await mkdir(folder, { recursive: true });
    const env = { ...(await environment(pod, folder)), ...valuesOf(spec, pod, folder) };
    const container = await startContainer({ spec, env, folder, onLine });
    this.#running = container;
    this.#states.set(spec.name, { running: { startedAt: container.startedAt } });
    onStart(container);
    if (this.#isAsked) await container.kill("SIGKILL"); // asked to end while it started
    const isMain = pod.spec.containers.includes(spec);
    const writing = this.#write(isMain ? "Running" : "Pending");
    const { exitCode, message, finishedAt } = await container.ended;
    await writing;
    this.#running = undefined;
    const reason = this.#reasonOfEnd ?? (exitCode === 0 ? "Completed" : "Error");
    const terminated: Terminated = {
      ...{ exitCode, reason, finishedAt },
      startedAt: container.startedAt,
      containerID: `process://${pod.metadata.uid}`,
      ...(message ? { message } : {}),
    };
    this.#states.set(spec.name, { terminated });
    return exitCode;
  }

  async #write(phase: PodFacts["phase"]): Promise<void> {
    if (this.#isSilent) return;
    const { spec } = this.#parts.pod;
    const standing = (container: ContainerSpec) => ({
      spec: container,
      state: this.#states.get(container.name) ?? { waiting: { reason: "PodInitializing" } },
    });
    await this.#parts.writeStatus(
      podStatus({
        ...{ phase, startTime: this.#startTime, now: seconds(new Date()) },
        containers: spec.containers.map(standing),
        initContainers: (spec.initContainers ?? []).map(standing),
        ...(this.#ending ? { ending: this.#ending } : {}),
      }),
    );
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
