import type { PystolAction, Resource } from "../../../kubernetes/resources.ts";
import { isFinished, isTerminal, type Job, type Pod } from "../../../operator/workloads.ts";
import { type Effects, ModelProcess } from "./model-pods.ts";
import { KUBELET, ModelServer } from "./model-server.ts";

/** How often the kubelet looks at a process that it has asked to end before it kills it. */
const PATIENCE = 5;
/** https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/serviceaccount/claims.go: 60 s after the deletionTimestamp. */
const TOKEN_LEEWAY_MS = 60_000;

/** The rest of a cluster: people, the Job controller, a kubelet with what runs on it, and the clock. */
export class ModelCluster {
  nowMs = Date.parse("2026-01-02T03:04:05.000Z");
  readonly server = new ModelServer(() => this.nowMs);
  readonly effects: Effects = { injections: new Map(), active: new Set(), violations: [] };
  readonly processes = new Map<string, ModelProcess>();
  /** The verdicts that were seen of each action, by UID. */
  readonly verdicts = new Map<string, string>();
  /** The runs of which it was said that nothing was injected. */
  readonly harmless = new Set<string>();
  #pods = 0;

  submit(role: string): void {
    if (this.server.find("pystolactions", "broken", "shop")) return;
    this.server.create("pystolactions", {
      ...{ apiVersion: "pystol.org/v1alpha1", kind: "PystolAction" },
      metadata: { name: "broken", namespace: "shop" },
      spec: { role, timeout: "1m", startDeadline: "1m" },
    } as PystolAction);
  }

  action(): PystolAction | undefined {
    return this.server.find<PystolAction>("pystolactions", "broken", "shop");
  }

  stop(): void {
    const action = this.action();
    if (action)
      this.server.change("pystolactions", action, ({ spec }) => {
        spec.stop = true;
      });
  }

  deleteAction(): void {
    if (this.action()) this.server.delete("pystolactions", { namespace: "shop", name: "broken" });
  }

  deleteSome(plural: "jobs" | "pods", index: number, gracePeriodSeconds?: number): void {
    const all = this.server.all(plural);
    const first = all[index % Math.max(all.length, 1)];
    if (!first) return;
    const options = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
    this.server.delete(plural, first.metadata, options);
    // The API server takes no token of a pod that is gone.
    if (gracePeriodSeconds === 0) this.processes.get(first.metadata.uid ?? "")?.kill();
  }

  /** Makes pods, ends Jobs, and clears away what is due: the Job controller, the garbage collector and the TTL controller. */
  controllers(): void {
    const pods = this.server.all<Pod>("pods");
    for (const job of this.server.all<Job>("jobs")) {
      const own = pods.filter(({ metadata }) => metadata.labels?.job === job.metadata.name);
      const isOrphan = (job.metadata.ownerReferences ?? []).some(
        ({ name }) => !this.server.find("pystolruns", name),
      );
      if (isOrphan && !job.metadata.deletionTimestamp)
        this.server.delete("jobs", job.metadata, { propagationPolicy: "Foreground" });
      else if (job.metadata.deletionTimestamp) this.#endJob(job, own);
      else if (!isFinished(job)) this.#runJob(job, own);
      else this.#expire(job);
    }
    for (const pod of this.server.all<Pod>("pods")) {
      const hasJob = this.server.find("jobs", pod.metadata.labels?.job ?? "");
      if (!hasJob && !pod.metadata.deletionTimestamp) this.server.delete("pods", pod.metadata);
    }
  }

  /** Binds, starts, and tells the end of what runs on the node. */
  kubelet(): void {
    for (const pod of this.server.all<Pod>("pods")) {
      const { uid = "", deletionTimestamp } = pod.metadata;
      const process = this.processes.get(uid);
      if (!pod.spec?.nodeName) {
        if (!deletionTimestamp)
          this.server.change("pods", pod, (copy) => {
            copy.spec = { nodeName: "node" };
          });
      } else if (!process && !deletionTimestamp && !isTerminal(pod)) {
        this.processes.set(uid, new ModelProcess(this.server, this.effects, pod));
      } else if (process && process.exitCode === undefined && deletionTimestamp) {
        process.asked += 1;
        if (process.asked > PATIENCE) process.kill();
      } else if (!isTerminal(pod) && (process?.exitCode !== undefined || deletionTimestamp)) {
        this.#tellEnd(pod, process);
      } else if (deletionTimestamp && pod.metadata.finalizers?.includes(KUBELET)) {
        this.server.delete("pods", pod.metadata, { gracePeriodSeconds: 0 });
      }
    }
    for (const [uid, process] of this.processes) {
      const isThere = this.server.all("pods").some(({ metadata }) => metadata.uid === uid);
      if (!isThere) process.kill();
    }
  }

  /** The next thing that any process does, and whether two of one run act at the same time. */
  work(index = 0): void {
    this.#voidTokens();
    const living = [...this.processes.values()].filter(({ exitCode }) => exitCode === undefined);
    living[index % Math.max(living.length, 1)]?.step();
    const acting = [...this.processes.values()].filter(({ acts }) => acts);
    for (const one of acting) {
      const rival = acting.find((other) => other !== one && other.run === one.run);
      if (rival)
        this.effects.violations.push(
          `${one.pod.metadata.name} and ${rival.pod.metadata.name} acted at the same time`,
        );
    }
  }

  killProcess(index: number): void {
    const living = [...this.processes.values()].filter(({ exitCode }) => exitCode === undefined);
    living[index % Math.max(living.length, 1)]?.kill();
  }

  /** Notes verdicts, and that none changed. */
  watchVerdict(): void {
    const action = this.action();
    const verdict = action?.status?.verdict;
    const uid = action?.metadata.uid ?? "";
    const before = this.verdicts.get(uid);
    if (before !== undefined && verdict !== before)
      this.effects.violations.push(`the verdict ${before} became ${verdict}`);
    if (verdict) this.verdicts.set(uid, verdict);
    if (action?.status?.message?.includes("Nothing was injected")) this.harmless.add(`pa-${uid}`);
    for (const run of this.harmless)
      if (this.effects.injections.has(run))
        this.effects.violations.push(`${run} was injected, and it was said that nothing was`);
  }

  /** The API server takes no token of a pod any more a minute after that should have ended, whatever its node does. */
  #voidTokens(): void {
    for (const { metadata } of this.server.all("pods")) {
      const due = Date.parse(metadata.deletionTimestamp ?? "");
      if (this.nowMs > due + TOKEN_LEEWAY_MS) this.processes.get(metadata.uid ?? "")?.kill();
    }
  }

  #runJob(job: Job, own: readonly Pod[]): void {
    const [pod] = own;
    if (!pod) {
      if ((job.status?.active ?? 0) > 0 || job.status?.failed) this.#finish(job, "Failed");
      else this.#startPod(job);
    } else if (isTerminal(pod)) {
      this.#finish(job, pod.status?.phase === "Succeeded" ? "Complete" : "Failed");
    }
  }

  #startPod(job: Job): void {
    this.#createPod(job);
    this.server.change("jobs", job, (copy) => {
      copy.status = { active: 1 };
    });
  }

  #finish(job: Job, type: string): void {
    const lastTransitionTime = new Date(this.nowMs).toISOString();
    this.server.change("jobs", job, (copy) => {
      copy.status = { conditions: [{ type, status: "True", reason: type, lastTransitionTime }] };
    });
  }

  #endJob(job: Job, own: readonly Pod[]): void {
    for (const pod of own)
      if (!pod.metadata.deletionTimestamp) this.server.delete("pods", pod.metadata);
    if (
      this.server
        .all<Pod>("pods")
        .some(({ metadata }) => metadata.labels?.job === job.metadata.name)
    )
      return;
    this.server.change("jobs", job, ({ metadata }) => {
      metadata.finalizers = [];
    });
  }

  #expire(job: Job): void {
    const ended = Date.parse(job.status?.conditions?.[0]?.lastTransitionTime ?? "");
    if (this.nowMs >= ended + (job.spec?.ttlSecondsAfterFinished ?? 0) * 1000)
      this.server.delete("jobs", job.metadata, { propagationPolicy: "Foreground" });
  }

  #createPod(job: Job): void {
    const template = job.spec?.template as { metadata: { finalizers?: string[] } };
    const { finalizers } = template.metadata;
    this.server.create("pods", {
      ...{ apiVersion: "v1", kind: "Pod" },
      metadata: {
        name: `${job.metadata.name}-${++this.#pods}`,
        namespace: "pystol-runs",
        labels: { ...job.metadata.labels, job: job.metadata.name },
        ...(finalizers ? { finalizers } : {}),
      },
    } as Resource);
  }

  #tellEnd(pod: Pod, process: ModelProcess | undefined): void {
    const exitCode = process?.exitCode ?? 137;
    const message = process?.message ?? "";
    this.server.change("pods", pod, (copy) => {
      copy.status = {
        phase: exitCode === 0 ? "Succeeded" : "Failed",
        containerStatuses: [{ name: "runner", state: { terminated: { exitCode, message } } }],
      };
    });
  }
}
