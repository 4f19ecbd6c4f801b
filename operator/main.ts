import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type Client, createClient } from "../kubernetes/client.ts";
import { type Connection, inClusterConnection } from "../kubernetes/connection.ts";
import { kubeconfigConnection } from "../kubernetes/kubeconfig.ts";
import { Controller } from "./controller.ts";
import { serveHealth } from "./health.ts";
import { candidateOf } from "./leader/election.ts";
import { Elector } from "./leader/elector.ts";
import { ALONE, type Leadership } from "./leader/leadership.ts";
import { LeaseStore } from "./leader/lease-store.ts";
import { createLog, type Log } from "./log.ts";
import { type Settings, settingsFrom } from "./settings.ts";

/** A second signal, or work that does not end, ends the process. */
const DRAIN_MS = 10_000;
const USER_AGENT = "pystol-operator";

async function main(): Promise<void> {
  const settings = settingsFrom(process.env);
  const log = createLog(settings.logLevel);
  const connection = process.env.PYSTOL_KUBECONFIG
    ? await kubeconfigConnection({ file: process.env.PYSTOL_KUBECONFIG })
    : await inClusterConnection(process.env, () => performance.now());
  // A renewal of the Lease must not wait behind other requests.
  const electionClient = createClient(connection, { userAgent: USER_AGENT, connections: 2 });
  const leadership = leadershipOf(settings, electionClient, log);
  const client = workingClient(connection, settings, leadership);
  const controller = new Controller(client, settings, log);
  const health = await serveHealth(settings.healthPort, controller);
  const stop = new AbortController();
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
  health.close();
  await Promise.all([client.close(), electionClient.close()]);
}

function leadershipOf(settings: Settings, client: Client, log: Log): Leadership {
  if (!settings.leaderElect) return ALONE;
  const { PYSTOL_POD_NAME: name = hostname(), PYSTOL_POD_UID: uid } = process.env;
  return new Elector({
    store: new LeaseStore(client, settings.leaderLease),
    candidate: candidateOf({ name, uid }, randomUUID()),
    log,
    onLost: (reason) => {
      // At once, and with it all that it was about to do: another may lead already.
      log.error("leadership lost", { lease: settings.leaderLease.name, reason });
      process.exit(1);
    },
  });
}

/** What it may change, it changes as the leader alone. */
function workingClient(connection: Connection, settings: Settings, leadership: Leadership): Client {
  return createClient(connection, {
    userAgent: USER_AGENT,
    connections: settings.workers,
    before: ({ method }) => {
      if (method !== "GET") leadership.assertLeading();
    },
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
