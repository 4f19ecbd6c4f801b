import { type PystolAction, RUNS_NAMESPACE } from "../kubernetes/resources.ts";
import type { Plan, Step } from "./reconcile.ts";

/** Several plans as one: all steps in order, and the earliest time to look again. */
export function joined(plans: readonly Plan[]): Plan {
  const delays = plans.flatMap(({ requeueAfterMs }) => requeueAfterMs ?? []);
  const steps = plans.flatMap((plan) => plan.steps);
  return delays.length === 0
    ? { steps }
    : { steps, requeueAfterMs: Math.max(0, Math.min(...delays)) };
}

/** A plan of these steps alone. */
export function planOf(...steps: Step[]): Plan {
  return { steps };
}

/** Nothing to do before `ms` have passed or something happens. */
export function waitFor(ms: number): Plan {
  return { steps: [], requeueAfterMs: Math.max(0, ms) };
}

/** A live read of the pod that holds a run's claim. */
export function lookForPod({ podName, podUID }: { podName: string; podUID: string }): Step {
  const what = { type: "pod", key: podUID, uid: podUID, namespace: RUNS_NAMESPACE } as const;
  return { kind: "lookUp", what: { ...what, name: podName } };
}

/** When an action was created, in ms since the epoch. */
export function createdMs(action: PystolAction, nowMs: number): number {
  const created = Date.parse(action.metadata.creationTimestamp ?? "");
  return Number.isNaN(created) ? nowMs : created;
}

/** RFC 3339, as the API has times. */
export function timeOf(nowMs: number): string {
  return new Date(nowMs).toISOString();
}
