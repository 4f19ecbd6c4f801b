// Generated from crds/report.schema.json by "npm run generate". Do not edit.
/**
 * What the runner says of a run as its last act: in the PystolRun's status, and as the pod's termination message of at most 3,891 bytes.
 */
export interface Report {
  schemaVersion: 1;
  /**
   * Proves that PID 1 wrote the report: its SHA-256 is in the run's claim.
   */
  nonce: string;
  verdict: "Passed" | "Failed" | "Error" | "NoTargets" | "TargetBusy" | "Aborted" | "TimedOut";
  /**
   * Whether evidence backs the verdict.
   */
  verified: boolean;
  /**
   * One sentence with the reason first.
   */
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
    apiVersion?: string;
    kind: string;
    namespace?: string;
    name: string;
    uid?: string;
    outcome?: string;
    evidence?: {};
  }[];
  targetsOmitted?: number;
  /**
   * What the role gave to set_stats.
   */
  results?: {};
  events?: {
    /**
     * Event lines on the runner's standard output.
     */
    count: number;
    /**
     * Of those lines, each with its newline.
     */
    sha256: string;
  };
}
