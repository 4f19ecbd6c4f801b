// Generated from crds/results.schema.json by "npm run generate". Do not edit.
/**
 * What came of a set of PystolActions that one workflow step or command submitted; the badgeboard reads it.
 */
export interface Results {
  schemaVersion: 1;
  /**
   * passed only if every action got a verdict that it expects.
   */
  outcome: "passed" | "failed";
  /**
   * Why the set failed, where no single action says it.
   */
  message?: string;
  startTime: string;
  completionTime: string;
  cluster?: {
    name: string;
    serverVersion?: string;
  };
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
     * Whether the verdict is one that the action expects. Error is never expected.
     */
    expected: boolean;
    /**
     * Whether evidence backs the verdict.
     */
    verified: boolean;
    message: string;
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
