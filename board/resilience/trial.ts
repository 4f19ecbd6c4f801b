import type { FaultVerdict } from "../results/report.ts";

/** One target that went through one fault in one run. */
export interface Trial {
  /** What was hit, without what changes from run to run: "shop/Deployment web", "Node worker". */
  readonly target: string;
  /** The role that injected it. */
  readonly fault: string;
  readonly verdict: FaultVerdict;
  /** Whether the verdict is a pass with evidence. */
  readonly verified: boolean;
  readonly expected: boolean;
  /** When the action ended, ISO 8601. */
  readonly at: string;
  /** From the end of the fault to the target's recovery, or what the report gives for it; missing where it does not say. */
  readonly recoverySeconds?: number;
  /** http(s) address of the run. */
  readonly run?: string;
}
