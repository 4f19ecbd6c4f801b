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
    family?: string;
    nodeAccess?: boolean;
    /**
     * Where the collection comes from, as in the PystolRole.
     */
    source?: {
      [k: string]: unknown | undefined;
    };
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
  /**
   * The names of Secrets of the action's namespace whose values are variables; the values are never here.
   *
   * @maxItems 8
   */
  extraVarsFrom?: {
    secretName: string;
    optional?: boolean;
  }[];
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
    /**
     * The node that it is on, of a Pod.
     */
    node?: string;
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
    state: "Open" | "Done" | "Conflict";
    attempts?: number;
    lastError?: string;
  }[];
  /**
   * The one pod that may undo, after the pod that injected is gone. A later attempt takes it over.
   */
  recovery?: {
    attempt: number;
    podName: string;
    podUID: string;
    time: string;
  };
  /**
   * What the runner asks of the helper pods on its targets' nodes.
   *
   * @maxItems 1000
   */
  nodeOrders?: {
    id: string;
    node: string;
    fault: "NetworkPartition";
    target: {
      namespace: string;
      name: string;
      uid: string;
    };
    want: "Applied" | "Removed";
    /**
     * After this long the node ends the fault by itself, whoever is still alive.
     */
    holdSeconds: number;
    args?: {
      [k: string]: unknown | undefined;
    };
  }[];
  /**
   * What the helper pods did, written by them alone.
   *
   * @maxItems 1000
   */
  nodeAnswers?: {
    id: string;
    state: "Applied" | "Removed" | "Failed";
    podName: string;
    time: string;
    message?: string;
    evidence?: {
      [k: string]: unknown | undefined;
    };
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
