import type { Step, World } from "./reconcile.ts";

/** What the controller tells of its work, for metrics, events and logs alone: nothing that it does depends on it. */
export interface Observer {
  /** One key was worked on. `requeue` is a retry that the queue chose, `requeue_after` one that the plan asked for. */
  reconciled(done: {
    key: string;
    seconds: number;
    result: "success" | "error" | "requeue" | "requeue_after" | "conflict";
  }): void;
  workers(change: { active: number; total: number }): void;
  queue: QueueObserver;
  /** A watch ended. `missed` is how many changes the list after it found that the watch had not told of. */
  watchEnded(what: { resource: string; reason: string; relist: boolean; missed: number }): void;
  /** A write succeeded; `world` is what it was decided on. */
  applied(step: Step, world: World): void;
  /** How many unfinished actions are in each phase; told every few seconds. */
  actions(counts: ReadonlyMap<string, number>): void;
  /** How many undo records are open, over all runs; told with `actions`. */
  openUndoRecords(count: number): void;
}

/** What a work queue tells: https://pkg.go.dev/k8s.io/client-go/util/workqueue#MetricsProvider names the same. */
export interface QueueObserver {
  added(): void;
  depth(keys: number): void;
  /** A key was taken, after it waited. */
  started(waitedSeconds: number): void;
  finished(workedSeconds: number): void;
  retried(): void;
}

const nothing = () => undefined;

/** Looks away. */
export const NO_OBSERVER: Observer = {
  reconciled: nothing,
  workers: nothing,
  queue: { added: nothing, depth: nothing, started: nothing, finished: nothing, retried: nothing },
  watchEnded: nothing,
  applied: nothing,
  actions: nothing,
  openUndoRecords: nothing,
};
