// Generated from crds/pystolactions.yaml by "npm run generate". Do not edit.
export interface PystolActionSpec {
  /**
   * The name of a PystolRole.
   */
  role: string;
  /**
   * What the fault acts on, of the kind that the role names. Resolved once, by the runner. Exactly one of selector and names.
   */
  target?: {
    /**
     * A label selector, as everywhere in Kubernetes.
     */
    selector?: {
      matchLabels?: {
        [k: string]: string | undefined;
      };
      /**
       * @maxItems 32
       */
      matchExpressions?: {
        key: string;
        operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
        /**
         * @maxItems 64
         */
        values?: string[];
      }[];
    };
    /**
     * Names of resources; each of them must exist.
     *
     * @minItems 1
     * @maxItems 100
     */
    names?: string[];
    /**
     * How many of those that match, as a whole number or a percentage such as "50%" (rounded down, at least 1). Without it, all.
     */
    amount?: number | string;
    /**
     * The share of those that match which the action may take away at most; more is an Error before anything is touched.
     */
    maxUnavailablePercent?: number;
  };
  /**
   * Variables of the role; its PystolRole's argument schema says which. Never templates. Immutable by the policy pystol-immutable-extravars.
   */
  extraVars?: {
    [k: string]: unknown | undefined;
  };
  /**
   * Variables from Secrets of this namespace; the values are never shown.
   *
   * @maxItems 8
   */
  extraVarsFrom?: {
    secretRef: {
      /**
       * The Secret's name.
       */
      name: string;
      /**
       * Whether the Secret may be absent.
       */
      optional?: boolean;
    };
  }[];
  /**
   * The longest that the fault holds, for example 60s.
   */
  duration?: string;
  /**
   * The longest that the run may take, from its start to its report.
   */
  timeout?: string;
  /**
   * The longest wait from the action's creation until its runner has started.
   */
  startDeadline?: string;
  /**
   * Resolve the targets and touch nothing.
   */
  dryRun?: boolean;
  /**
   * Makes random choices repeatable. Without it, one is drawn and reported.
   */
  seed?: number;
  /**
   * End the fault and recover now. The one field that may change, once.
   */
  stop?: boolean;
  /**
   * Of the actions that wait, a higher one starts first.
   */
  priority?: number;
  /**
   * The verdicts that the author calls success.
   *
   * @minItems 1
   * @maxItems 7
   */
  expect?: ("Passed" | "Failed" | "Error" | "NoTargets" | "TargetBusy" | "Aborted" | "TimedOut")[];
  /**
   * The user who created the action; admission refuses any other name.
   */
  requester?: string;
  /**
   * Seconds after completion until the action is deleted. Without it, never.
   */
  ttlSecondsAfterFinished?: number;
}

export interface PystolActionStatus {
  observedGeneration?: number;
  /**
   * Where the run is, for people; programs read the conditions.
   */
  phase?:
    "Pending" | "Queued" | "Starting" | "Running" | "Injected" | "Recovering" | "Recovered" | "Complete" | "Failed";
  /**
   * How many actions start before this one.
   */
  queuePosition?: number;
  /**
   * The name of the PystolRun in pystol-runs.
   */
  run?: string;
  /**
   * When the runner started.
   */
  startTime?: string;
  /**
   * When the fault's effect was seen.
   */
  injectedTime?: string;
  /**
   * When the end of the effect was seen.
   */
  recoveredTime?: string;
  /**
   * When the verdict was reached.
   */
  completionTime?: string;
  /**
   * What came of it; final once it is set.
   */
  verdict?: "Passed" | "Failed" | "Error" | "NoTargets" | "TargetBusy" | "Aborted" | "TimedOut";
  /**
   * Whether evidence backs the verdict.
   */
  verified?: boolean;
  /**
   * One sentence with the reason first.
   */
  message?: string;
  /**
   * The targets and what was seen of each, at most 32.
   *
   * @maxItems 32
   */
  targets?: {
    apiVersion?: string;
    kind: string;
    namespace?: string;
    name: string;
    uid?: string;
    /**
     * What came of this target, for example killed.
     */
    outcome?: string;
    /**
     * What was seen, in the role's own fields.
     */
    evidence?: {
      [k: string]: unknown | undefined;
    };
  }[];
  /**
   * How many targets are not listed.
   */
  targetsOmitted?: number;
  /**
   * The seed that was used.
   */
  seed?: number;
  /**
   * What the role gave to Ansible's set_stats.
   */
  results?: {
    [k: string]: unknown | undefined;
  };
  /**
   * @maxItems 16
   */
  conditions?: {
    type: string;
    status: "True" | "False" | "Unknown";
    observedGeneration?: number;
    reason: string;
    message: string;
    lastTransitionTime: string;
  }[];
}
