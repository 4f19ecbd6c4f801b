import type {
  PystolAction,
  PystolRole,
  PystolRun,
  Resource,
} from "../../../kubernetes/resources.ts";
import type { Stores } from "../../../operator/apply.ts";
import { attemptOf } from "../../../operator/job.ts";
import type { Lease } from "../../../operator/locks.ts";
import type { Belongings, Finding, World } from "../../../operator/reconcile.ts";
import type { Job, Pod } from "../../../operator/workloads.ts";
import type { ModelServer } from "./model-server.ts";

const WATCHED = ["pystolactions", "pystolruns", "jobs", "pods", "leases"] as const;
export type Watched = (typeof WATCHED)[number];

/** What the operator knows: copies that lag behind the server, each by as many changes as the model likes. */
export class ModelCaches {
  readonly #server: ModelServer;
  readonly #seen = new Map<Watched, { index: number; objects: Map<string, Resource> }>();
  readonly findings = new Map<string, Finding>();
  readonly #fixed: { role: PystolRole; namespace: Resource };

  /** As after a start: the first lists show what there is now, each at the same moment. */
  constructor(server: ModelServer, fixed: { role: PystolRole; namespace: Resource }) {
    this.#server = server;
    this.#fixed = fixed;
    for (const plural of WATCHED) {
      const objects = new Map<string, Resource>();
      for (const object of server.all(plural)) {
        const { namespace, name } = object.metadata;
        if (isSelected(object)) objects.set(`${namespace}/${name}`, structuredClone(object));
      }
      this.#seen.set(plural, { index: server.changes.length, objects });
    }
  }

  /** Hears of the next `count` changes of one type, or of all of them. */
  catchUp(plural: Watched, count = Number.POSITIVE_INFINITY): void {
    const view = this.#view(plural);
    let left = count;
    while (view.index < this.#server.changes.length && left > 0) {
      const change = this.#server.changes[view.index++];
      if (change?.plural !== plural) continue;
      left -= 1;
      const known = view.objects.get(change.key);
      const isOlder = known && change.object && versionOf(change.object) < versionOf(known);
      if (isOlder) continue;
      if (change.object && isSelected(change.object)) view.objects.set(change.key, change.object);
      else view.objects.delete(change.key);
      if (plural === "pystolruns" && !change.object) {
        const uid = change.key.slice("pystol-runs/pa-".length);
        this.findings.delete(uid);
        this.findings.delete(`pa-${uid}`);
      }
    }
  }

  catchUpAll(): void {
    for (const plural of WATCHED) this.catchUp(plural);
  }

  /** What a write answered is known at once, as kubernetes/reflector.ts keeps it. */
  stores(): Stores {
    const store = (plural: Watched) =>
      ({
        store: (object: Resource) => {
          const view = this.#view(plural);
          const { namespace, name } = object.metadata;
          const key = `${namespace}/${name}`;
          const known = view.objects.get(key);
          if (known && versionOf(object) < versionOf(known)) return;
          view.objects.set(key, structuredClone(object));
        },
        get: (key: string) => this.#view(plural).objects.get(key),
      }) as never; // a Reflector, of which apply() calls these methods alone
    return {
      actions: store("pystolactions"),
      runs: store("pystolruns"),
      jobs: store("jobs"),
      helpers: store("pods"),
      findings: this.findings,
    };
  }

  /** The keys that there is something to decide on: of actions, and of runs whose action is not known. */
  worldOf(key: string): World {
    const all = <T extends Resource>(plural: Watched) =>
      [...this.#view(plural).objects.values()] as T[];
    const action = this.#view("pystolactions").objects.get(key) as PystolAction | undefined;
    const own = action && `pa-${action.metadata.uid}`;
    const belongings = (name: string): Omit<Belongings, "run"> => {
      const isOf = ({ metadata }: Resource) => metadata.name.startsWith(name);
      const isRecovery = ({ metadata }: Resource) => attemptOf(metadata.name, name) !== undefined;
      const [jobs, pods] = [all<Job>("jobs").filter(isOf), all<Pod>("pods").filter(isOf)];
      return {
        job: jobs.find(({ metadata }) => metadata.name === name),
        pods: pods.filter((pod) => !isRecovery(pod)),
        recoveryJobs: jobs.filter(isRecovery),
        recoveryPods: pods.filter(isRecovery),
        helpers: [],
        locks: all<Lease>("leases").filter(({ spec }) => spec?.holderIdentity === name),
      };
    };
    const runs = all<PystolRun>("pystolruns").filter(
      ({ spec }) => `${spec.action.namespace}/${spec.action.name}` === key,
    );
    const run = runs.find(({ metadata }) => metadata.name === own);
    const known = new Set(all<PystolRun>("pystolruns").map(({ metadata }) => metadata.name));
    const orphans = [...all<Job>("jobs"), ...all<Pod>("pods")]
      .map(({ metadata }) => metadata.name.slice(0, "pa-".length + 36))
      .filter((name) => !known.has(name) && name !== own);
    return {
      action,
      role: action && this.#fixed.role,
      namespace: action && this.#fixed.namespace,
      turn: { kind: "start" },
      isStopped: false,
      isClosing: false,
      run,
      ...(own ? belongings(own) : NOTHING),
      strays: [
        ...runs
          .filter((one) => one !== run)
          .map((one) => ({ run: one, ...belongings(one.metadata.name) })),
        ...[...new Set(orphans)].map((name) => ({ run: undefined, ...belongings(name) })),
      ],
      findings: this.findings,
      mortals: [],
    };
  }

  #view(plural: Watched) {
    const view = this.#seen.get(plural);
    if (!view) throw new Error(`${plural} are not watched`);
    return view;
  }
}

const NOTHING: Omit<Belongings, "run"> = {
  ...{ job: undefined, pods: [], recoveryJobs: [], recoveryPods: [] },
  ...{ helpers: [], locks: [] },
};

/** Finished actions leave the selection status.verdict= */
function isSelected(object: Resource): boolean {
  return !(object as Resource & { status?: { verdict?: string } }).status?.verdict;
}

function versionOf({ metadata }: Resource): number {
  return Number(metadata.resourceVersion);
}
