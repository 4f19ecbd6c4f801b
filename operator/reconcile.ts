import type { PystolActionStatus } from "../crds/types/pystolactions.ts";
import type { PystolAction, PystolRole, PystolRun, Resource } from "../kubernetes/resources.ts";
import type { Turn } from "./admission.ts";
import { planAfterlife } from "./afterlife.ts";
import { begin } from "./begin.ts";
import type { Claim } from "./claim.ts";
import { deleteAction } from "./deletion.ts";
import { follow } from "./follow.ts";
import type { Lease } from "./locks.ts";
import { joined } from "./plan.ts";
import type { Job, Pod } from "./workloads.ts";

/** What was made for an action. */
export interface Belongings {
  run: PystolRun | undefined;
  /** The Job and pods of the runner. */
  job: Job | undefined;
  pods: readonly Pod[];
  /** The Jobs and pods of recovery attempts. */
  recoveryJobs: readonly Job[];
  recoveryPods: readonly Pod[];
  /** The helper pods on nodes, in pystol-nodes. */
  helpers: readonly Pod[];
  /** The locks on targets. */
  locks: readonly Lease[];
}

/** What a live read found of an object that no cache has; `at` in ms since the epoch. */
export interface Finding {
  state: "gone" | "finished" | "there";
  at: number;
}

/** What is known of one action's key. */
export interface World extends Belongings {
  /** The action, unless it has a verdict: finished ones are not watched. */
  action: PystolAction | undefined;
  role: PystolRole | undefined;
  namespace: Resource | undefined;
  /** Whose turn it is among the actions that wait. */
  turn: Turn;
  /** Whether the platform's stop is set: nothing starts, and what runs recovers. */
  isStopped: boolean;
  /** Whether pystol-runs is being deleted, so that no Job can be made there. */
  isClosing: boolean;
  /** What belongs to runs that are not the action's: it is finished, or it is gone, and another one may have its name. */
  strays: readonly Belongings[];
  /** Live reads by UID, or by name for runs. */
  findings: ReadonlyMap<string, Finding>;
  /** Finished actions of this key that will be deleted, and when (ms since the epoch). */
  mortals: readonly Mortal[];
}

/** A finished action with a time to live. */
export interface Mortal {
  action: PystolAction;
  dueMs: number;
}

/** One write, or a live read where a cache that lags must not decide. Each is safe to do twice. */
export type Step =
  | { kind: "addFinalizer"; action: PystolAction }
  | { kind: "removeFinalizer"; action: PystolAction }
  | { kind: "createRun"; run: PystolRun }
  | { kind: "createJob"; job: Job }
  | { kind: "stopRun"; run: PystolRun }
  | { kind: "closeRun"; run: PystolRun; claim?: Claim }
  | { kind: "setStatus"; action: PystolAction; status: PystolActionStatus }
  | { kind: "releasePod"; pod: Pod }
  | { kind: "deleteJob"; job: Job }
  | { kind: "createHelper"; pod: Pod }
  | { kind: "deleteHelper"; pod: Pod }
  | { kind: "deleteLock"; lock: Lease }
  /** Takes the run's finalizer; `left` names the undo records that are not closed and never will be. */
  | { kind: "releaseRun"; run: PystolRun; left: readonly string[] }
  | { kind: "deleteRun"; run: PystolRun }
  | { kind: "deleteAction"; action: PystolAction }
  | { kind: "lookUp"; what: LookUp };

/** An object to be read, and under which key its finding is kept. */
export interface LookUp {
  type: "action" | "run" | "pod";
  key: string;
  namespace: string;
  name: string;
  /** Another UID than this one is another object. */
  uid?: string;
}

/** What to do now, in order, and when to look again, in ms from now, if nothing happens before. */
export interface Plan {
  steps: Step[];
  requeueAfterMs?: number;
}

/** What the decisions depend on beside the world: operator/settings.ts. */
export interface RunSettings {
  runnerImage: string;
  keepSeconds: number;
  recoverySeconds: number;
  nodeFaults: boolean;
}

/** Decides, from what is known and the time alone. Level-triggered: what happened before does not matter. */
export function reconcile(world: World, settings: RunSettings, nowMs: number): Plan {
  const strays = world.strays.map((stray) => planAfterlife(stray, world, settings, nowMs));
  return joined([...strays, planMortals(world, nowMs), reconcileAction(world, settings, nowMs)]);
}

function reconcileAction(world: World, settings: RunSettings, nowMs: number): Plan {
  const { action, run } = world;
  if (!action) return { steps: [] };
  if (action.metadata.deletionTimestamp && !action.status?.verdict)
    return deleteAction(action, world, settings, nowMs);
  if (action.status?.verdict) return planAfterlife(world, world, settings, nowMs);
  if (!run) return begin(action, world, settings, nowMs);
  return follow(action, run, world, settings, nowMs);
}

function planMortals({ mortals }: World, nowMs: number): Plan {
  return joined(
    mortals.map(({ action, dueMs }) =>
      dueMs <= nowMs
        ? { steps: [{ kind: "deleteAction", action }] }
        : { steps: [], requeueAfterMs: dueMs - nowMs },
    ),
  );
}
