import type { PystolRun } from "../kubernetes/resources.ts";
import type { AnsibleResult } from "./ansible.ts";
import type { Statistics } from "./events.ts";
import type { Evidence } from "./evidence.ts";
import type { Interrupts } from "./interrupts.ts";
import type { ListenParts } from "./listen.ts";
import type { Plays } from "./plays.ts";
import type { Target } from "./targets.ts";
import type { Outcome } from "./verdict.ts";

/** What a role is run with. */
export interface RoleCall {
  run: PystolRun;
  targets: Target[];
  seed: number;
  /** The author's variables, those from Secrets among them. */
  variables: Readonly<Record<string, unknown>>;
  /** When the run's time is over. */
  deadline: Date;
  /** Ends a plain role. */
  signal: AbortSignal;
}

export interface RoleParts extends ListenParts {
  plays: Plays;
  environment: Readonly<Record<string, string | undefined>>;
  interrupts: Interrupts;
}

/** What became of the role. */
export interface RoleResult {
  outcome: Outcome;
  evidence: Evidence;
  results: Record<string, unknown>;
  injectedTime: string | undefined;
  recoveredTime: string | undefined;
}

/** What every phase of a role gets. */
export function variablesOf(call: Omit<RoleCall, "signal">): Record<string, unknown> {
  const { run, targets, seed, deadline, variables } = call;
  return {
    ...variables,
    pystol_targets: targets,
    pystol_namespace: run.spec.action.namespace,
    pystol_seed: seed,
    pystol_deadline: deadline.toISOString(),
  };
}

/** What the plays gave to set_stats. */
export function resultsOf(plays: readonly AnsibleResult[]): Record<string, unknown> {
  const statistics = plays.flatMap(({ events }) =>
    events.filter((event): event is Statistics => event.event === "statistics"),
  );
  return Object.assign({}, ...statistics.map(({ results }) => results));
}
