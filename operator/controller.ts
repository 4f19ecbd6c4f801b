import type { Client } from "../kubernetes/client.ts";
import { ApiError } from "../kubernetes/errors.ts";
import { Reflector } from "../kubernetes/reflector.ts";
import {
  keyOf,
  namespaces,
  pystolActions,
  pystolRoles,
  pystolRuns,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
} from "../kubernetes/resources.ts";
import { apply, isStale } from "./apply.ts";
import type { Log } from "./log.ts";
import { NO_OBSERVER, type Observer } from "./observer.ts";
import { Queue } from "./queue.ts";
import { reconcile, type World } from "./reconcile.ts";
import { runNameOf } from "./run.ts";
import type { Settings } from "./settings.ts";
import { trimmedAction, trimmedJob, trimmedPod } from "./trim.ts";
import { jobs, pods } from "./workloads.ts";

/** Begins the key of a Job or pod whose run and action are gone; no namespace's name is empty. */
const ORPHAN = "/";
const NOTHING = {
  ...{ action: undefined, role: undefined, namespace: undefined },
  ...{ run: undefined, job: undefined, pods: [] },
};
const OURS = "app.kubernetes.io/managed-by=pystol";

/** Watches actions and what belongs to them, and reconciles each key until `signal`. */
export class Controller {
  readonly #client: Client;
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #observer: Observer;
  readonly #queue = new Queue({ now: () => performance.now(), random: Math.random });
  readonly #stores;

  constructor(client: Client, settings: Settings, log: Log, observer: Observer = NO_OBSERVER) {
    this.#observer = observer;
    this.#client = client;
    this.#settings = settings;
    this.#log = log;
    const ours = { namespace: RUNS_NAMESPACE, labelSelector: OURS };
    this.#stores = {
      actions: this.#reflector(pystolActions, {}, (key) => this.#queue.add(key), trimmedAction),
      roles: this.#reflector(pystolRoles, {}, () => undefined),
      namespaces: this.#reflector(namespaces, {}, () => undefined),
      runs: this.#reflector(pystolRuns, { namespace: RUNS_NAMESPACE }, (key) =>
        this.#addOwner(key),
      ),
      jobs: this.#reflector(jobs, ours, (key) => this.#addOwner(key), trimmedJob),
      pods: this.#reflector(pods, ours, (key) => this.#addOwner(key), trimmedPod),
    };
  }

  /**
   * Runs until `signal`; what is being worked on is finished first. The caches are filled at once, but nothing is worked on
   * before `untilLeading` resolves: a standby is warm.
   */
  async run(signal: AbortSignal, { untilLeading }: { untilLeading: Promise<void> }): Promise<void> {
    const stores = Object.values(this.#stores);
    const watching = Promise.all(stores.map((store) => store.run(signal)));
    signal.addEventListener("abort", () => this.#queue.close(), { once: true });
    await Promise.race([this.#synced(), watching]);
    this.#log.info("caches synced", { actions: [...this.#stores.actions.values()].length });
    await Promise.race([untilLeading, watching]);
    await Promise.all(Array.from({ length: this.#settings.workers }, () => this.#work()));
    await watching;
  }

  /** Whether every first list is in. */
  isReady = false;

  /** Ms since the API server was last heard of on the watch that is silent the longest; bookmarks come once a minute. */
  silenceMs(): number {
    const heard = Object.values(this.#stores).map((store) => store.lastHeard);
    return this.isReady ? performance.now() - Math.min(...heard) : 0;
  }

  async #synced(): Promise<void> {
    await Promise.all(Object.values(this.#stores).map((store) => store.synced));
    this.isReady = true;
  }

  #reflector<T extends Resource>(
    type: ResourceType<T>,
    selection: { namespace?: string; labelSelector?: string },
    onChange: (key: string) => void,
    trim: (object: T) => T = (object) => object,
  ): Reflector<T> {
    return new Reflector(this.#client, type, {
      ...{ selection, onChange, trim },
      onEnd: ({ error, relist, retryInMs }) => {
        if (error)
          this.#log.warn("watch ended", { resource: type.plural, relist, retryInMs, error });
      },
    });
  }

  /** Adds the action that a run, Job or pod belongs to. Both are found by the run's name, which holds the action's UID. */
  #addOwner(key: string): void {
    const name = key.slice(RUNS_NAMESPACE.length + 1);
    const runName = name.slice(0, "pa-".length + 36); // a UID has 36 characters
    const run = this.#stores.runs.get(`${RUNS_NAMESPACE}/${runName}`);
    if (run) {
      this.#queue.add(`${run.spec.action.namespace}/${run.spec.action.name}`);
      return;
    }
    const action = [...this.#stores.actions.values()].find((one) => runNameOf(one) === runName);
    this.#queue.add(action ? keyOf(action) : `${ORPHAN}${runName}`);
  }

  async #work(): Promise<void> {
    for (let key = await this.#queue.take(); key !== undefined; key = await this.#queue.take()) {
      try {
        await this.#reconcile(key);
        this.#queue.forget(key);
      } catch (error) {
        const retryInMs = this.#queue.retry(
          key,
          error instanceof ApiError ? error.retryAfterMs : 0,
        );
        if (isStale(error)) this.#log.debug("changed meanwhile", { action: key, retryInMs });
        else this.#log.error("reconcile failed", { action: key, retryInMs, error });
      } finally {
        this.#queue.done(key);
      }
    }
  }

  async #reconcile(key: string): Promise<void> {
    const world = this.#world(key);
    const plan = reconcile(world, this.#settings, Date.now());
    for (const step of plan.steps) {
      await apply(this.#client, this.#stores, step);
      this.#observer.applied(step, world);
      const verdict = step.kind === "setStatus" ? step.status.verdict : undefined;
      if (verdict)
        this.#log.info("verdict", {
          action: key,
          verdict,
          reason: step.kind === "setStatus" ? step.status.message : "",
        });
      else this.#log.info("applied", { action: key, step: step.kind });
    }
    if (plan.requeueAfterMs !== undefined) this.#queue.addAfter(key, plan.requeueAfterMs + 50);
  }

  #world(key: string): World {
    const action = this.#stores.actions.get(key);
    const belonging = (name: string) => ({
      job: this.#stores.jobs.get(`${RUNS_NAMESPACE}/${name}`),
      pods: [...this.#stores.pods.values()].filter((pod) =>
        pod.metadata.name.startsWith(`${name}-`),
      ),
    });
    if (key.startsWith(ORPHAN)) {
      const orphan = { run: undefined, ...belonging(key.slice(ORPHAN.length)) };
      return { ...NOTHING, strays: [orphan] };
    }
    const runs = [...this.#stores.runs.values()].filter(
      ({ spec }) => `${spec.action.namespace}/${spec.action.name}` === key,
    );
    const name = action && runNameOf(action);
    return {
      action,
      role: action && this.#stores.roles.get(action.spec.role),
      namespace: action && this.#stores.namespaces.get(action.metadata.namespace ?? ""),
      run: runs.find((run) => run.metadata.name === name),
      ...(name ? belonging(name) : { job: undefined, pods: [] }),
      strays: runs
        .filter((run) => run.metadata.name !== name)
        .map((run) => ({ run, ...belonging(run.metadata.name) })),
    };
  }
}
