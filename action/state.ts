import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Results } from "../crds/types/results.ts";

/** A cluster that this job makes or has made, as the post step needs to know it. */
export interface MadeCluster {
  name: string;
  kubeconfig: string;
  kindPath: string;
  /** What kind's environment has beside the job's own: which engine. */
  engine: Record<string, string>;
}

/** How to reach a cluster: by the current context of a kubeconfig. */
export interface ClusterConnection {
  kubeconfig: string;
}

/** What the steps of one job share, and what the post step finds whatever became of main. */
export interface State {
  /** The cluster, before it is made. */
  madeCluster?: MadeCluster;
  connection?: ClusterConnection;
  isMade?: boolean;
  /** Kubeconfigs of given clusters that this job wrote. */
  kubeconfigs: string[];
  /** The roles that the deployment applied. */
  roles: string[];
  /** Every action that was created and whose end was not seen yet, and where it is. */
  underway: { namespace: string; name: string; uid: string; connection: ClusterConnection }[];
  /** How many uses of action/run have begun. */
  runsBegun: number;
  /** What each use of action/run came to, whole results each. */
  runs: Results[];
  /** Whether something failed that was to pass. */
  hasFailed: boolean;
  /** Whether the step that made the cluster came to its own end. */
  hasEnded: boolean;
  /** Whether what the cluster says of a failure has been collected. */
  isDiagnosed: boolean;
}

const NOTHING: State = {
  ...{ kubeconfigs: [], roles: [], underway: [], runs: [], runsBegun: 0 },
  ...{ hasFailed: false, hasEnded: false, isDiagnosed: false },
};

/** The state in its file, which is whole at every moment: each change is a new file that takes the old one's place. */
export class StateFile {
  readonly path: string;
  #state: State;

  private constructor(path: string, state: State) {
    this.path = path;
    this.#state = state;
  }

  /** A new one in RUNNER_TEMP. */
  static create(temp: string): StateFile {
    mkdirSync(temp, { recursive: true });
    const file = new StateFile(join(temp, `pystol-state-${crypto.randomUUID()}.json`), NOTHING);
    file.change({});
    return file;
  }

  /** The one that an earlier step of the job made. @throws if it is not there, or is none. */
  static open(path: string): StateFile {
    try {
      return new StateFile(path, { ...NOTHING, ...JSON.parse(readFileSync(path, "utf8")) });
    } catch (cause) {
      const message = `The state of the job's earlier steps cannot be read from ${path}: ${(cause as Error).message}. It is made by action/setup, whose path PYSTOL_STATE holds.`;
      throw new Error(message, { cause });
    }
  }

  get(): State {
    return this.#state;
  }

  /** Writes down the change before it returns; a field that is undefined is taken away. */
  change(change: Partial<{ [Key in keyof State]: State[Key] | undefined }>): void {
    this.#state = { ...this.#state, ...change } as State;
    const next = `${this.path}.new`;
    writeFileSync(next, JSON.stringify(this.#state), { mode: 0o600 });
    renameSync(next, this.path);
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}
