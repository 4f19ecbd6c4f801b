/** The verdicts of a PystolAction. */
export type FaultVerdict =
  | "Passed"
  | "Failed"
  | "Error"
  | "NoTargets"
  | "TargetBusy"
  | "Aborted"
  | "TimedOut";

export interface Target {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly outcome?: string;
  readonly evidence?: unknown;
}

/** One action of a run, as the GitHub Action reports it. */
export interface ReportedAction {
  readonly namespace: string;
  readonly name: string;
  readonly role: string;
  readonly verdict: FaultVerdict;
  readonly expected: boolean;
  readonly verified: boolean;
  readonly message?: string;
  readonly startTime?: string | null;
  readonly injectedTime?: string | null;
  readonly recoveredTime?: string | null;
  readonly completionTime?: string | null;
  readonly targets?: readonly Target[];
  /** How many targets the writer left out. */
  readonly targetsOmitted?: number;
}

/** What the board uses of a results.json; `board/schema/results.schema.json` is its form. */
export interface Report {
  readonly schemaVersion: 1;
  readonly outcome: "passed" | "failed";
  readonly startTime?: string | null;
  readonly completionTime?: string | null;
  /** Why the set failed, where no single action says it. */
  readonly message?: string;
  readonly cluster?: { readonly name: string };
  /** Address of the run's page, where the writer or whoever fetched it knows one; unchecked. */
  readonly run?: unknown;
  readonly actions: readonly ReportedAction[];
}
