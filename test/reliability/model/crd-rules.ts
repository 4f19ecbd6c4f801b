import type { PystolActionStatus } from "../../../crds/types/pystolactions.ts";
import type { PystolRun, Resource } from "../../../kubernetes/resources.ts";

/** The transition rules of crds/*.yaml on which reconciling relies: what is wrong with a change, if anything. */
export function crdProblem(before: Resource, after: Resource): string | undefined {
  if (before.kind === "PystolAction") {
    const [old, next] = [verdictOf(before), verdictOf(after)];
    return old !== undefined && next !== old ? "status.verdict is final" : undefined;
  }
  if (before.kind !== "PystolRun") return undefined;
  const [old, next] = [before as PystolRun, after as PystolRun];
  if (old.spec.stop && !next.spec.stop) return "spec.stop cannot be taken back";
  const { claim, recovery, report, targets } = old.status ?? {};
  if (claim && !isSame(claim, next.status?.claim)) return "status.claim is immutable";
  if (report && !next.status?.report) return "status.report cannot be taken back";
  if (targets && !isSame(targets, next.status?.targets)) return "status.targets is immutable";
  const later = next.status?.recovery;
  if (recovery && !isSame(recovery, later) && !(later && later.attempt > recovery.attempt))
    return "status.recovery is taken over by a later attempt alone";
  return undefined;
}

function verdictOf(object: Resource): string | undefined {
  return (object as Resource & { status?: PystolActionStatus }).status?.verdict;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
