import type { Observer } from "../observer.ts";
import { CONTROLLER, type Metrics } from "./metrics.ts";
import { LEFT, newsOf } from "./news.ts";
import type { WorkInProgress } from "./work-in-progress.ts";

/** The phases of an action without a verdict; each is shown, also with none in it. */
const PHASES = [
  ...["Pending", "Queued", "Starting", "Running", "Injected", "Recovering", "Recovered"],
];

const RESULTS = ["success", "error", "requeue", "requeue_after"];

/** Counts what the controller tells. */
export function metricsObserver(metrics: Metrics, work: WorkInProgress): Observer {
  showZeros(metrics);
  return {
    reconciled: ({ seconds, result }) => {
      // controller-runtime has no word for a conflict, which is no error: it is tried again with what is known by then.
      const counted = result === "conflict" ? "requeue" : result;
      metrics.reconciles.inc({ controller: CONTROLLER, result: counted });
      if (result === "error") metrics.reconcileErrors.inc();
      metrics.reconcileSeconds.observe(seconds);
    },
    workers: ({ active, total }) => {
      metrics.activeWorkers.set(active);
      metrics.allWorkers.set(total);
    },
    queue: {
      added: () => metrics.queueAdds.inc(),
      depth: (keys) => metrics.queueDepth.set(keys),
      started: (waitedSeconds) => {
        work.started();
        metrics.queueSeconds.observe(waitedSeconds);
      },
      finished: (workedSeconds) => {
        work.finished(workedSeconds);
        metrics.workSeconds.observe(workedSeconds);
      },
      retried: () => metrics.queueRetries.inc(),
    },
    watchEnded: ({ resource, reason, relist, missed }) => {
      metrics.watchRestarts.inc({ resource, reason: wordOf(reason) });
      if (relist) metrics.relists.inc({ resource });
      metrics.watchMissed.inc({ resource }, missed);
    },
    applied: (step, world) => {
      if (step.kind === "releaseRun" && step.left.length > 0) {
        metrics.unrecovered.inc({ reason: "RecoveryFailed" });
      }
      const news = newsOf(step, world);
      if (!news) return;
      const { role, verdict, status } = news;
      if (news.startedAfterSeconds !== undefined) {
        metrics.startLatency.observe(news.startedAfterSeconds);
      }
      if (!verdict) return;
      metrics.actionSeconds.observe({ role, verdict }, news.endedAfterSeconds ?? 0);
      metrics.verdicts.inc({ role, verdict, verified: String(status.verified ?? false) });
      if (news.unrecovered) metrics.unrecovered.inc({ reason: news.unrecovered });
    },
    openUndoRecords: (count) => metrics.openUndoRecords.set(count),
    actions: (counts) => {
      for (const phase of PHASES) metrics.actions.set({ phase }, counts.get(phase) ?? 0);
    },
  };
}

/** A counter that first appears when it is 1 has not increased, for Prometheus; so an alert would miss the first time. */
function showZeros(metrics: Metrics): void {
  for (const phase of PHASES) metrics.actions.set({ phase }, 0);
  for (const reason of LEFT) metrics.unrecovered.inc({ reason }, 0);
  for (const result of RESULTS) metrics.reconciles.inc({ controller: CONTROLLER, result }, 0);
}

/** A label's value must be one of few. */
function wordOf(reason: string): string {
  return /^[A-Za-z]{1,40}$/.test(reason) ? reason : "Other";
}
