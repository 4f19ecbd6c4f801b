import { type PystolAction, type PystolRun, RUNS_NAMESPACE } from "../kubernetes/resources.ts";
import type { LookUp, Plan, Step, World } from "./reconcile.ts";

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

/** A finding that something is there is doubted after this; until then the watch is waited for. */
const FRESH_MS = 1_000;

/** A live read, unless there was one a moment ago: what it found there, the watch will bring. */
export function ask(what: LookUp, findings: World["findings"], nowMs: number): Plan {
  const found = findings.get(what.key);
  const isFresh = found?.state === "there" && nowMs - found.at < FRESH_MS;
  return isFresh ? waitFor(FRESH_MS) : planOf({ kind: "lookUp", what });
}

/** The run of this name. */
export function runNamed(name: string): LookUp {
  return { type: "run", key: name, namespace: RUNS_NAMESPACE, name };
}

/** The action that a run belongs to. */
export function actionOf({ spec }: PystolRun): LookUp {
  const { uid, namespace, name } = spec.action;
  return { type: "action", key: uid, namespace, name, uid };
}

/** The pod that holds a run's claim. */
export function claimant({ podName, podUID }: { podName: string; podUID: string }): LookUp {
  return { type: "pod", key: podUID, uid: podUID, namespace: RUNS_NAMESPACE, name: podName };
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
