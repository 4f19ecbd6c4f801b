// Generated from crds/pystolruns.yaml by "npm run generate". Do not edit.
export interface PystolRunSpec {
  /**
   * The action that this run belongs to.
   */
  action: {
    namespace: string;
    name: string;
    uid: string;
  };
  /**
   * A snapshot of the PystolRole when the run was made.
   */
  role: {
    name: string;
    collection: string;
    role: string;
    image: string;
    phased?: boolean;
    checkMode?: boolean;
    undoable?: boolean;
    verified?: boolean;
    scope?: "Namespaced" | "Cluster";
    actsOn?: {
      apiVersion: string;
      kind: string;
    };
    arguments?: {
      [k: string]: unknown | undefined;
    };
  };
  /**
   * The action's spec.target.
   */
  target?: {
    [k: string]: unknown | undefined;
  };
  /**
   * The action's spec.extraVars.
   */
  extraVars?: {
    [k: string]: unknown | undefined;
  };
  durationSeconds?: number;
  /**
   * The runner's own deadline.
   */
  timeoutSeconds: number;
  dryRun?: boolean;
  seed?: number;
  /**
   * Recover now.
   */
  stop?: boolean;
}

export interface PystolRunStatus {
  /**
   * The one pod that may inject.
   */
  claim?: {
    podName: string;
    podUID: string;
    time: string;
    /**
     * SHA-256 of the nonce that the report must carry.
     */
    nonceSHA256: string;
  };
  startTime?: string;
  injectedTime?: string;
  recoveredTime?: string;
  /**
   * @maxItems 1000
   */
  targets?: {
    apiVersion: string;
    kind: string;
    namespace?: string;
    name: string;
    uid: string;
  }[];
  /**
   * Undo records, each stored before the change that it undoes.
   *
   * @maxItems 1000
   */
  records?: {
    id: string;
    targetUID?: string;
    node?: string;
    module: string;
    args?: {
      [k: string]: unknown | undefined;
    };
    argsFrom?: {
      secretName: string;
      sha256: string;
    };
    state: "Open" | "Done" | "Conflict";
    attempts?: number;
    lastError?: string;
  }[];
  /**
   * What the runner reports as its last act; crds/report.schema.json.
   */
  report?: {
    schemaVersion: 1;
    nonce: string;
    verdict: "Passed" | "Failed" | "Error" | "NoTargets" | "TargetBusy" | "Aborted" | "TimedOut";
    verified: boolean;
    message: string;
    startTime: string;
    injectedTime?: string;
    recoveredTime?: string;
    completionTime: string;
    seed?: number;
    /**
     * @maxItems 32
     */
    targets?: {
      [k: string]: unknown | undefined;
    }[];
    targetsOmitted?: number;
    results?: {
      [k: string]: unknown | undefined;
    };
    /**
     * How many event lines the runner wrote to its log, and their SHA-256.
     */
    events?: {
      count: number;
      sha256: string;
    };
  };
}
