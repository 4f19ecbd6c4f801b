import type { AnsibleResult } from "./ansible.ts";
import { findRole } from "./collections.ts";
import { listenToRole } from "./listen.ts";
import { runPhases } from "./phases.ts";
import { playbookFor } from "./playbook.ts";
import {
  type RoleCall,
  type RoleParts,
  type RoleResult,
  resultsOf,
  variablesOf,
} from "./role-call.ts";
import { missingEntry, type Outcome, outcomeOf } from "./verdict.ts";

/** Runs a role: a plain one once, a phased one through all of its phases; in a dry run what would inject, in check mode. */
export async function runRole(parts: RoleParts, call: RoleCall): Promise<RoleResult> {
  const { plays, environment } = parts;
  const { spec } = call.run;
  const found = await findRole(spec.role, environment);
  const judge = (result: AnsibleResult): Outcome =>
    outcomeOf({
      role: `${spec.role.collection}.${spec.role.role}`,
      image: spec.role.image,
      found: found.kind,
      ...result,
    });
  let undoIsOver = false;
  const listening = await listenToRole(parts, {
    targets: call.targets,
    counts: !spec.dryRun,
    whyNoUndo: () => whyNoUndo(call, undoIsOver),
  });
  const { evidence, times } = listening;
  try {
    if (spec.role.phased && found.kind === "found") {
      const missing = ["inject", "recover"].filter((entry) => !found.entries.has(entry));
      const problem = missingEntry(spec.role, missing);
      if (problem) return { outcome: problem, evidence, results: {}, ...noTimes };
      const phases = await runPhases(parts, call, {
        ...{ judge, times },
        verifies: found.entries.has("verify"),
        onInjectOver: () => {
          undoIsOver = true;
        },
      });
      return { ...phases, evidence, ...marks(times) };
    }
    const result = await plays.play({
      playbook: playbookFor(spec.role),
      variables: variablesOf(call),
      signal: call.signal,
      check: spec.dryRun ?? false,
    });
    return { outcome: judge(result), evidence, results: resultsOf([result]), ...marks(times) };
  } finally {
    await listening.close();
  }
}

function whyNoUndo({ run }: RoleCall, isOver: boolean): string | undefined {
  const { role, dryRun } = run.spec;
  if (dryRun) return "this is a dry run, in which nothing may be changed";
  if (!role.undoable)
    return `the PystolRole ${role.name} does not say undoable, so that nobody would undo it`;
  return isOver ? "the recovery has begun, in which nothing new may be changed" : undefined;
}

const noTimes = { injectedTime: undefined, recoveredTime: undefined };

const marks = (times: { injectedTime?: string; recoveredTime?: string }) => ({
  injectedTime: times.injectedTime,
  recoveredTime: times.recoveredTime,
});
