import type { PlayedAction } from "../harness/play.ts";
import type { ProofWorld } from "../harness/proof-world.ts";
import type { Disturbance } from "../harness/run-recorder.ts";

/** One fault of the list: what happens to a run, which must hold nevertheless as harness/play.ts says. */
export interface Fault extends Pick<Disturbance, "disturb"> {
  /** A sentence that begins with what happens. */
  name: string;
  /** Whether it takes longer than a minute, so that only the whole list plays it. */
  isLong?: boolean;
  /** Which action is played and what it may come to, where that is not a plain one that passes. */
  action?: Partial<Omit<PlayedAction, "name" | "during">>;
  /** Done before the action is created. */
  before?: (world: ProofWorld) => Promise<unknown> | unknown;
  /** Done once the action is created. */
  during?: (world: ProofWorld, uid: string) => Promise<unknown>;
  /** Done at the runner's event of that name. */
  whenTold?: { event: string; act: (world: ProofWorld, pod: string) => Promise<unknown> };
  /** What else must hold at the end. */
  after?: (world: ProofWorld) => Promise<unknown>;
}
