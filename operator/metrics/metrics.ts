import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** As controller-runtime and client-go name what they count, so that dashboards made for those show this operator as well. */
export const CONTROLLER = "pystolaction";
const CONTROLLER_LABELS = { controller: CONTROLLER };
const QUEUE_LABELS = { name: CONTROLLER, controller: CONTROLLER };
/** How often the event loop's delay is sampled; the timer costs next to nothing at this rate. */
const LOOP_SAMPLE_MS = 20;

const SECONDS_OF_WORK = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];
const SECONDS_OF_WAITING = [0.0001, 0.0005, ...SECONDS_OF_WORK, 300];
const SECONDS_OF_START = [0.5, 1, 2, 3, 4, 5, 7.5, 10, 15, 30, 60, 120, 300, 600];
const SECONDS_OF_ACTION = [2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];

/** Every metric of the operator but the process's own; docs/decisions/observability.md says what each is for. */
export type Metrics = ReturnType<typeof createMetrics>;

/** With those of the process: CPU, memory, garbage collection, the event loop's delay, open files and handles. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_SAMPLE_MS });
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter<L>({ name, help, labelNames, registers });
  const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge<L>({ name, help, labelNames, registers });
  const histogram = <L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: L[] = [],
  ) => new Histogram<L>({ name, help, buckets, labelNames, registers });

  const ofQueue = ["name", "controller"] as ("name" | "controller")[];
  const ofController = ["controller"] as "controller"[];
  return {
    registry,
    reconciles: counter("controller_runtime_reconcile_total", "Reconciles, by what came of them.", [
      "controller",
      "result",
    ]),
    reconcileErrors: counter(
      "controller_runtime_reconcile_errors_total",
      "Reconciles that failed and are tried again.",
      ofController,
    ).labels(CONTROLLER_LABELS),
    reconcileSeconds: histogram(
      "controller_runtime_reconcile_time_seconds",
      "How long a reconcile took.",
      SECONDS_OF_WORK,
      ofController,
    ).labels(CONTROLLER_LABELS),
    activeWorkers: gauge(
      "controller_runtime_active_workers",
      "Workers that reconcile right now.",
      ofController,
    ).labels(CONTROLLER_LABELS),
    allWorkers: gauge(
      "controller_runtime_max_concurrent_reconciles",
      "Workers that there are.",
      ofController,
    ).labels(CONTROLLER_LABELS),
    queueDepth: gauge("workqueue_depth", "Keys that wait to be worked on.", ofQueue).labels(
      QUEUE_LABELS,
    ),
    queueAdds: counter("workqueue_adds_total", "Keys added to the queue.", ofQueue).labels(
      QUEUE_LABELS,
    ),
    queueRetries: counter(
      "workqueue_retries_total",
      "Keys added again after a failure.",
      ofQueue,
    ).labels(QUEUE_LABELS),
    queueSeconds: histogram(
      "workqueue_queue_duration_seconds",
      "How long a key waited in the queue.",
      SECONDS_OF_WAITING,
      ofQueue,
    ).labels(QUEUE_LABELS),
    workSeconds: histogram(
      "workqueue_work_duration_seconds",
      "How long a key was worked on.",
      SECONDS_OF_WORK,
      ofQueue,
    ).labels(QUEUE_LABELS),
    unfinishedSeconds: gauge(
      "workqueue_unfinished_work_seconds",
      "How long the keys that are worked on now have been, in sum.",
      ofQueue,
    ).labels(QUEUE_LABELS),
    longestSeconds: gauge(
      "workqueue_longest_running_processor_seconds",
      "How long the key that has been worked on the longest has been.",
      ofQueue,
    ).labels(QUEUE_LABELS),
    requests: counter("rest_client_requests_total", "Requests to the API server, by HTTP status.", [
      "code",
      "method",
      "host",
    ]),
    requestSeconds: histogram(
      "rest_client_request_duration_seconds",
      "How long the API server took to answer; of a watch, to begin.",
      SECONDS_OF_WORK,
      ["verb", "host"],
    ),
    leader: gauge("leader_election_master_status", "1 for the one that leads, 0 for a standby.", [
      "name",
    ]),
    actions: gauge("pystol_actions", "Unfinished actions, by phase.", ["phase"]),
    startLatency: histogram(
      "pystol_action_start_latency_seconds",
      "From an action's creation until its runner started.",
      SECONDS_OF_START,
    ),
    actionSeconds: histogram(
      "pystol_action_duration_seconds",
      "From an action's creation until its verdict.",
      SECONDS_OF_ACTION,
      ["role", "verdict"],
    ),
    verdicts: counter("pystol_verdicts_total", "Verdicts that were stored.", [
      "role",
      "verdict",
      "verified",
    ]),
    openUndoRecords: gauge(
      "pystol_open_undo_records",
      "Changes that are still to be undone, over all runs.",
    ),
    unrecovered: counter(
      "pystol_recoveries_failed_total",
      "Runs that ended with changes that were not undone, by why.",
      ["reason"],
    ),
    watchRestarts: counter("pystol_watch_restarts_total", "Watches that ended, by why.", [
      "resource",
      "reason",
    ]),
    relists: counter("pystol_relists_total", "Lists after the first one.", ["resource"]),
    watchMissed: counter(
      "pystol_watch_missed_total",
      "Changes that a list found and that the watch before it had not told of.",
      ["resource"],
    ),
    events: counter("pystol_events_total", "Events about actions, by what came of them.", [
      "result",
    ]),
  };
}
