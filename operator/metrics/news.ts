import type { PystolActionStatus } from "../../crds/types/pystolactions.ts";
import type { PystolAction } from "../../kubernetes/resources.ts";
import type { Step, World } from "../reconcile.ts";

/** Reasons of the condition Recovered that say that changes were left. */
export const LEFT = ["RecoveryFailed", "UndoConflict"];

/** What a written status says for the first time, of an action. */
export interface News {
  action: PystolAction;
  status: PystolActionStatus;
  /** The role's name, or "unknown": an author may name a role that does not exist, and so make names without end. */
  role: string;
  /** Since the action's creation. */
  startedAfterSeconds?: number;
  isInjected: boolean;
  verdict?: NonNullable<PystolActionStatus["verdict"]>;
  /** Since the action's creation. */
  endedAfterSeconds?: number;
  /** Why changes were left, where any were. */
  unrecovered?: string;
}

/** Undefined where the step is no status. Clocks of several machines are compared, so a time that would be negative is 0. */
export function newsOf(step: Step, world: World): News | undefined {
  if (step.kind !== "setStatus") return undefined;
  const { action, status } = step;
  const before: Partial<PystolActionStatus> = action.status ?? {};
  const created = Date.parse(action.metadata.creationTimestamp ?? "");
  const after = (time: string | undefined) =>
    Math.max(0, (Date.parse(time ?? "") - created) / 1000) || 0;
  const left = status.conditions?.find(
    ({ type, reason, status: holds }) =>
      type === "Recovered" && holds === "False" && LEFT.includes(reason),
  );
  return {
    ...{ action, status },
    role: world.run?.spec.role.name ?? world.role?.metadata.name ?? "unknown",
    isInjected: Boolean(status.injectedTime && !before.injectedTime),
    ...(status.startTime && !before.startTime
      ? { startedAfterSeconds: after(status.startTime) }
      : {}),
    ...(status.verdict && !before.verdict
      ? { verdict: status.verdict, endedAfterSeconds: after(status.completionTime) }
      : {}),
    ...(status.verdict && !before.verdict && left ? { unrecovered: left.reason } : {}),
  };
}
