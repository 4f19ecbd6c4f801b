import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type Client, createClient } from "../kubernetes/client.ts";
import { inClusterConnection } from "../kubernetes/connection.ts";
import { kubeconfigConnection } from "../kubernetes/kubeconfig.ts";
import { Controller } from "./controller.ts";
import { EventWriter } from "./events/event-writer.ts";
import { withEvents } from "./events/observer.ts";
import { serveHealth } from "./health.ts";
import { REAL_CLOCK } from "./leader/clock.ts";
import { type Candidate, candidateOf } from "./leader/election.ts";
import { Elector } from "./leader/elector.ts";
import { ALONE, type Leadership } from "./leader/leadership.ts";
import { LeaseStore } from "./leader/lease-store.ts";
import { createLog, type Log } from "./log.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { metricsObserver } from "./metrics/observer.ts";
import { countRequests } from "./metrics/requests.ts";
import { serveMetrics } from "./metrics/serve.ts";
import { WorkInProgress } from "./metrics/work-in-progress.ts";
import { type Settings, settingsFrom } from "./settings.ts";

/** A second signal, or work that does not end, ends the process. */
const DRAIN_MS = 10_000;
const FLUSH_MS = 1_000;
const USER_AGENT = "pystol-operator";

async function main(): Promise<void> {
  const settings = settingsFrom(process.env);
  const log = createLog(settings.logLevel);
  const connection = process.env.PYSTOL_KUBECONFIG
    ? await kubeconfigConnection({ file: process.env.PYSTOL_KUBECONFIG })
    : await inClusterConnection(process.env, () => performance.now());
  const { PYSTOL_POD_NAME: name = hostname(), PYSTOL_POD_UID: uid } = process.env;
  const candidate = candidateOf({ name, uid }, randomUUID());
  const metrics = createMetrics();
  const work = new WorkInProgress(() => performance.now());

  // Three clients: a renewal of the Lease waits behind nothing, and an action waits behind no Event.
  const common = {
    userAgent: USER_AGENT,
    onAnswer: countRequests(metrics, new URL(connection.server).host),
  };
  const leaseClient = createClient(connection, { ...common, connections: 2 });
  const eventClient = createClient(connection, { ...common, connections: 1 });
  const leadership = leadershipOf({ settings, client: leaseClient, candidate, log });
  const client = createClient(connection, {
    ...common,
    leaveOutManagedFields: true,
    connections: settings.workers,
    before: ({ method }) => {
      if (method !== "GET") leadership.assertLeading(); // what it changes, it changes as the leader alone
    },
  });
  const writer = new EventWriter({
    ...{ client: eventClient, log },
    onResult: (result) => metrics.events.inc({ result }),
  });
  const observer = withEvents(metricsObserver(metrics, work), {
    ...{ writer, instance: candidate.identity, log },
  });
  const controller = new Controller(client, settings, log, observer);

  const stop = new AbortController();
  const servers = [
    await serveHealth(settings.healthPort, () => ({
      isReady: controller.isReady,
      isStopping: stop.signal.aborted,
      silenceMs: controller.silenceMs(),
      longestWorkSeconds: work.longestSeconds,
    })),
  ];
  if (settings.metricsPort > 0) {
    const collect = () => {
      metrics.leader.set({ name: settings.leaderLease.name }, leadership.isLeading ? 1 : 0);
      metrics.unfinishedSeconds.set(work.totalSeconds);
      metrics.longestSeconds.set(work.longestSeconds);
    };
    servers.push(await serveMetrics(settings.metricsPort, metrics.registry, collect));
  }
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.once(name, () => {
      log.info("stopping", { signal: name });
      stop.abort();
      setTimeout(() => process.exit(1), DRAIN_MS).unref();
    });
  }
  log.info("operator started", { server: connection.server, runnerImage: settings.runnerImage });

  // The Lease is renewed until the last worker has finished.
  const stopLeading = new AbortController();
  const election = leadership.run(stopLeading.signal);
  await controller.run(stop.signal, { untilLeading: leadership.leading });
  stopLeading.abort();
  await election;
  await leadership.release();
  await writer.flush(FLUSH_MS);
  for (const server of servers) server.close();
  await Promise.all([client, leaseClient, eventClient].map((each) => each.close()));
  process.exit(0); // whatever is still on a timer has nobody to work for
}

function leadershipOf(parts: {
  settings: Settings;
  client: Client;
  candidate: Candidate;
  log: Log;
}): Leadership {
  const { settings, client, candidate, log } = parts;
  if (!settings.leaderElect) return ALONE;
  return new Elector({
    ...{ store: new LeaseStore(client, settings.leaderLease), candidate, log, clock: REAL_CLOCK },
    onLost: (reason) => {
      // At once, and with it all that it was about to do: another may lead already.
      log.error("leadership lost", { lease: settings.leaderLease.name, reason });
      process.exit(1);
    },
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
