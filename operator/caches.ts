import type { Client } from "../kubernetes/client.ts";
import { Reflector } from "../kubernetes/reflector.ts";
import {
  keyOf,
  NODES_NAMESPACE,
  namespaces,
  type PystolAction,
  type PystolRun,
  pystolActions,
  pystolRoles,
  pystolRuns,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
  SYSTEM_NAMESPACE,
} from "../kubernetes/resources.ts";
import type { Stores } from "./apply.ts";
import { attemptOf } from "./job.ts";
import { leases } from "./locks.ts";
import { Mortals } from "./mortals.ts";
import { configMaps, isStopSet, STOP_CONFIG_MAP } from "./platform-stop.ts";
import type { Belongings, Finding, Step, World } from "./reconcile.ts";
import { openRecords } from "./recovery.ts";
import { ACTION_UID_LABEL, runNameOf } from "./run.ts";
import type { Settings } from "./settings.ts";
import { trimmedAction, trimmedJob, trimmedNamespace, trimmedPod, trimmedRun } from "./trim.ts";
import { WaitingLine } from "./waiting-line.ts";
import { jobs, type Pod, pods } from "./workloads.ts";

/** Begins the key of what belongs to a run that is not known; no namespace's name is empty. */
const ORPHAN = "/";
const OURS = "app.kubernetes.io/managed-by=pystol";
/** What runs goes before what waits to start, news before the backlog of a start. */
export const PRIORITY = { backlog: 0, start: 1, progress: 2 };

/** What the caches tell. */
export interface CacheEvents {
  add(key: string, priority: number): void;
  ended(what: {
    resource: string;
    error?: unknown;
    relist: boolean;
    retryInMs: number;
    missed: number;
  }): void;
}

/**
 * All that is known: copies of what the API server holds, found by what they belong to, so that the world of one key costs no
 * more than its own objects. Only unfinished actions are in it.
 */
export class Caches {
  readonly actions: Reflector<PystolAction>;
  readonly stores: Stores;
  readonly #all: Reflector<Resource>[] = [];
  readonly #client: Client;
  readonly #events: CacheEvents;
  readonly #line: WaitingLine;
  readonly #findings = new Map<string, Finding>();
  readonly #mortals = new Mortals();
  readonly #roles;
  readonly #namespaces;
  readonly #runs;
  readonly #jobs;
  readonly #pods;
  readonly #locks;
  readonly #helpers: Reflector<Pod>;
  readonly #stop;

  constructor(client: Client, settings: Settings, events: CacheEvents) {
    this.#client = client;
    this.#events = events;
    this.#line = new WaitingLine(settings);
    this.actions = this.#reflector(pystolActions, {
      selection: { fieldSelector: "status.verdict=" },
      trim: trimmedAction,
      indexBy: ({ metadata }) => metadata.uid,
      onChange: (key, isListed) => events.add(key, isListed ? PRIORITY.backlog : PRIORITY.start),
      onHeld: (key, action) => this.#placeAction(key, action),
    });
    this.#runs = this.#reflector(pystolRuns, {
      selection: { namespace: RUNS_NAMESPACE },
      trim: trimmedRun,
      indexBy: ({ spec }) => `${spec.action.namespace}/${spec.action.name}`,
      onChange: (key, isListed) => this.#addOwner(key, isListed),
      onHeld: (key, run) => this.#placeRun(key, run),
    });
    const ours = { namespace: RUNS_NAMESPACE, labelSelector: OURS };
    const owned = {
      indexBy: ({ metadata }: Resource) => metadata.labels?.[ACTION_UID_LABEL],
      onChange: (key: string, isListed: boolean) => this.#addOwner(key, isListed),
    };
    this.#jobs = this.#reflector(jobs, { selection: ours, trim: trimmedJob, ...owned });
    this.#pods = this.#reflector(pods, { selection: ours, trim: trimmedPod, ...owned });
    this.#locks = this.#reflector(leases, {
      ...{ selection: ours, indexBy: owned.indexBy },
      onChange: (key, isListed) => this.#addHolder(key, isListed),
    });
    const there = { namespace: NODES_NAMESPACE, labelSelector: OURS };
    const helpers = { selection: there, trim: trimmedPod, ...owned };
    this.#helpers = this.#reflector(pods, helpers, settings.nodeFaults);
    this.#roles = this.#reflector(pystolRoles, { onChange: nothing });
    this.#namespaces = this.#reflector(namespaces, { trim: trimmedNamespace, onChange: nothing });
    this.#stop = this.#reflector(configMaps, {
      selection: {
        namespace: SYSTEM_NAMESPACE,
        fieldSelector: `metadata.name=${STOP_CONFIG_MAP}`,
      },
      onChange: () => this.#addActions(),
    });
    this.stores = {
      ...{ actions: this.actions, runs: this.#runs, jobs: this.#jobs, helpers: this.#helpers },
      findings: this.#findings,
    };
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#all.map((store) => store.run(signal)));
  }

  async synced(): Promise<void> {
    await Promise.all(this.#all.map((store) => store.synced));
  }

  /** When the watch that is silent the longest was last heard of, as performance.now() gives it. */
  lastHeard(): number {
    return Math.min(...this.#all.map((store) => store.lastHeard));
  }

  worldOf(key: string): World {
    const action = this.actions.get(key);
    const own = action && runNameOf(action);
    const runs = key.startsWith(ORPHAN) ? [] : this.#runs.having(key);
    const run = runs.find(({ metadata }) => metadata.name === own);
    const uid = action?.metadata.uid;
    const strays: Belongings[] = runs
      .filter((one) => one !== run)
      .map((one) => ({ run: one, ...this.#belongingsOf(one.metadata.name.slice("pa-".length)) }));
    if (key.startsWith(ORPHAN)) {
      const orphan = key.slice(ORPHAN.length);
      strays.push({ run: undefined, ...this.#belongingsOf(orphan) });
    }
    return {
      action,
      role: action && this.#roles.get(action.spec.role),
      namespace: action && this.#namespaces.get(action.metadata.namespace ?? ""),
      turn: uid && !run ? this.#line.turnOf(uid) : { kind: "start" },
      isStopped: this.#isStopped(),
      isClosing: this.#namespaces.get(RUNS_NAMESPACE)?.metadata.deletionTimestamp !== undefined,
      run,
      ...(uid ? this.#belongingsOf(uid) : NOTHING),
      strays,
      findings: this.#findings,
      mortals: this.#mortals.of(key),
    };
  }

  /** Takes note of a write. */
  applied(key: string, step: Step): void {
    if (step.kind === "setStatus" && step.status.verdict) {
      this.expire({ ...step.action, status: step.status });
      // For the run, which is cleared away later, when the action is not known any more.
      const { uid = "" } = step.action.metadata;
      if (this.#hasRun(uid)) this.#findings.set(uid, { state: "finished", at: Date.now() });
    }
    if (step.kind === "deleteAction") this.#mortals.remove(key, step.action);
  }

  /** Has a finished action deleted when its time to live is over. */
  expire(action: PystolAction): void {
    const key = this.#mortals.add(action);
    if (key) this.#events.add(key, PRIORITY.backlog);
  }

  /** Forgets live reads that nothing has asked for in a while. */
  forgetFindings(nowMs: number): void {
    for (const [key, { at }] of this.#findings)
      if (nowMs - at > FINDING_MS) this.#findings.delete(key);
  }

  /** Adds every key: what a new leader has to look at. */
  addAll(): void {
    for (const key of this.actions.keys()) this.#events.add(key, PRIORITY.backlog);
    for (const store of [this.#runs, this.#jobs, this.#pods, this.#helpers])
      for (const key of store.keys()) this.#addOwner(key, true);
    for (const key of this.#locks.keys()) this.#addHolder(key, true);
  }

  openUndoRecords(): number {
    let count = 0;
    for (const run of this.#runs.values()) count += openRecords(run).length;
    return count;
  }

  /** How many unfinished actions are in each phase. */
  phases(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { status } of this.actions.values()) {
      const phase = status?.phase ?? "Pending";
      counts.set(phase, (counts.get(phase) ?? 0) + 1);
    }
    return counts;
  }

  #belongingsOf(uid: string): Omit<Belongings, "run"> {
    const runName = `pa-${uid}`;
    const isRecovery = ({ metadata }: Resource) => attemptOf(metadata.name, runName) !== undefined;
    const allJobs = this.#jobs.having(uid);
    const allPods = this.#pods.having(uid);
    return {
      job: allJobs.find(({ metadata }) => metadata.name === runName),
      pods: allPods.filter((pod) => !isRecovery(pod)),
      recoveryJobs: allJobs.filter(isRecovery),
      recoveryPods: allPods.filter(isRecovery),
      helpers: this.#helpers.having(uid),
      locks: this.#locks.having(uid),
    };
  }

  /** Adds the action that a run, Job or pod belongs to: their names hold the action's UID. */
  #addOwner(key: string, isListed: boolean): void {
    const uid = NAME.exec(key.slice(key.indexOf("/") + 1))?.[1];
    if (uid) this.#addAction(uid, isListed);
  }

  /** The same for a lock, whose name holds the target's UID. */
  #addHolder(key: string, isListed: boolean): void {
    const uid = this.#locks.get(key)?.metadata.labels?.[ACTION_UID_LABEL];
    if (uid) this.#addAction(uid, isListed);
  }

  #addAction(uid: string, isListed: boolean): void {
    const run = this.#runs.get(`${RUNS_NAMESPACE}/pa-${uid}`);
    const [action] = this.actions.having(uid);
    const owner = action ? keyOf(action) : run && ownerOf(run);
    this.#events.add(owner ?? `${ORPHAN}${uid}`, isListed ? PRIORITY.backlog : PRIORITY.progress);
  }

  #addActions(): void {
    for (const action of this.actions.values())
      this.#events.add(keyOf(action), action.status?.run ? PRIORITY.progress : PRIORITY.start);
  }

  #isStopped(): boolean {
    const config = this.#stop.get(`${SYSTEM_NAMESPACE}/${STOP_CONFIG_MAP}`);
    return isStopSet(config);
  }

  /** Keeps the order of those that wait, and looks at the next where a place became free. */
  #placeAction(key: string, action: PystolAction | undefined): void {
    const isRunning = ({ metadata }: PystolAction) => this.#hasRun(metadata.uid ?? "");
    if (this.#line.place(key, action, isRunning)) this.#addWaiting();
  }

  #hasRun(uid: string): boolean {
    return this.#runs.get(`${RUNS_NAMESPACE}/pa-${uid}`) !== undefined;
  }

  #placeRun(key: string, run: PystolRun | undefined): void {
    const uid = key.slice(`${RUNS_NAMESPACE}/pa-`.length);
    if (!run) {
      this.#findings.delete(uid);
      this.#findings.delete(`pa-${uid}`);
    }
    const [action] = this.actions.having(uid);
    if (action) this.#placeAction(keyOf(action), action);
  }

  #addWaiting(): void {
    for (const key of this.#line.heads(LOOK_AHEAD)) this.#events.add(key, PRIORITY.start);
  }

  #reflector<T extends Resource>(
    type: ResourceType<T>,
    options: Omit<ConstructorParameters<typeof Reflector<T>>[2], "onEnd">,
    isUsed = true,
  ): Reflector<T> {
    const reflector = new Reflector(this.#client, type, {
      ...options,
      onEnd: (end) => this.#events.ended({ resource: type.plural, ...end }),
    });
    if (isUsed) this.#all.push(reflector as unknown as Reflector<Resource>);
    return reflector;
  }
}

/** Longer than any decision rests on one; what is needed again is read again. */
const FINDING_MS = 15 * 60_000;
/** A UID has 36 characters. */
const NAME = /^pa-([0-9a-f-]{36})/;
/** One that starts, and those behind whose position is shown exactly. */
const LOOK_AHEAD = 5;
const nothing = () => undefined;
const NOTHING = {
  ...{ job: undefined, pods: [], recoveryJobs: [], recoveryPods: [] },
  ...{ helpers: [], locks: [] },
};

function ownerOf({ spec }: PystolRun): string {
  return `${spec.action.namespace}/${spec.action.name}`;
}
