import { createClient } from "../kubernetes/client.ts";
import { inClusterConnection } from "../kubernetes/connection.ts";
import { kubeconfigConnection } from "../kubernetes/kubeconfig.ts";
import { Controller } from "./controller.ts";
import { serveHealth } from "./health.ts";
import { createLog } from "./log.ts";
import { settingsFrom } from "./settings.ts";

/** A second signal, or work that does not end, ends the process. */
const DRAIN_MS = 10_000;

async function main(): Promise<void> {
  const settings = settingsFrom(process.env);
  const log = createLog(settings.logLevel);
  const connection = process.env.PYSTOL_KUBECONFIG
    ? await kubeconfigConnection({ file: process.env.PYSTOL_KUBECONFIG })
    : await inClusterConnection(process.env, () => performance.now());
  const client = createClient(connection, { userAgent: "pystol-operator" });
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
  await controller.run(stop.signal, { untilLeading: Promise.resolve() });
  health.close();
  await client.close();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
