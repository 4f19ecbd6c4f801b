// Generated from crds/results.schema.json by "npm run generate". Do not edit.
/**
 * What came of a set of PystolActions that one workflow step or command submitted: written by the action and the command, read by the badgeboard and by whoever keeps it.
 */
export interface Results {
  schemaVersion: 1;
  /**
   * passed only if every action ended as expected, every command of the user succeeded under its fault, and no probe was breached.
   */
  outcome: "passed" | "failed";
  /**
   * Why the set failed, where no single action, command or probe says it.
   */
  message?: string;
  startTime: string;
  completionTime: string;
  /**
   * Address of the workflow run's page, where the actions were submitted by one.
   */
  run?: string;
  cluster?: {
    name: string;
    serverVersion?: string;
  };
  /**
   * The parts of the run, in order, and how long each took.
   */
  steps?: {
    name: string;
    outcome: "passed" | "failed" | "skipped";
    seconds: number;
    /**
     * Why it was skipped or failed.
     */
    message?: string;
  }[];
  /**
   * The user's command, each time that it was to run under a fault.
   */
  commands?: {
    /**
     * The actions, as namespace/name, whose fault it was to run under.
     */
    actions: string[];
    /**
     * passed only if it ended with exit code 0 and no fault that it was to run under ended before it.
     */
    outcome: "passed" | "failed";
    /**
     * null if it never ran, or was ended by a signal.
     */
    exitCode: number | null;
    startTime?: string | null;
    completionTime?: string | null;
    seconds: number;
    /**
     * For how much of that time every fault held; null where no fault is held, as of a role without phases.
     */
    coveredSeconds: number | null;
    /**
     * Why it failed; empty if it passed.
     */
    message: string;
  }[];
  /**
   * What the probes saw, each once for a phase.
   */
  probes?: {
    name: string;
    phase: "before" | "during" | "after";
    outcome: "passed" | "breached";
    checks: number;
    failures: number;
    /**
     * What its last failure was; empty if there was none.
     */
    message: string;
    startTime?: string;
    completionTime?: string;
  }[];
  actions: {
    namespace: string;
    name: string;
    role: string;
    verdict: "Passed" | "Failed" | "Error" | "NoTargets" | "TargetBusy" | "Aborted" | "TimedOut";
    /**
     * The verdicts that the author calls success.
     */
    expect?: string[];
    /**
     * Whether the action ended as its author expects: with one of those verdicts, which Error never is, with all undone, and with evidence where that is required.
     */
    expected: boolean;
    /**
     * Whether evidence backs the verdict.
     */
    verified: boolean;
    /**
     * Whether the end of the fault's effect was seen; false if something was not undone, null if there was nothing to undo.
     */
    recovered?: boolean | null;
    message: string;
    /**
     * The manifest's path, relative to the workspace.
     */
    file?: string;
    line?: number;
    startTime?: string | null;
    injectedTime?: string | null;
    recoveredTime?: string | null;
    completionTime?: string | null;
    targets: {
      apiVersion?: string;
      kind: string;
      namespace?: string;
      name: string;
      uid?: string;
      outcome?: string;
      evidence?: {};
    }[];
    targetsOmitted?: number;
  }[];
}
