import { createClient } from "../kubernetes/client.ts";
import { inClusterConnection } from "../kubernetes/connection.ts";
import { NodeHelper } from "./helper.ts";

// The program of a helper pod on a target's node; docs/decisions/node-faults.md.
process.exitCode = 1; // until it has succeeded
void main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => console.error(`pystol node helper: ${error.message}`),
);

async function main(): Promise<number> {
  const environment = process.env;
  const { PYSTOL_RUN: run, PYSTOL_POD_NAME: podName, PYSTOL_NODE_NAME: node } = environment;
  if (!run || !podName || !node) {
    throw new Error(
      "PYSTOL_RUN, PYSTOL_POD_NAME and PYSTOL_NODE_NAME must be set, as the operator sets them in a helper pod.",
    );
  }
  const end = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => end.abort());
  const client = createClient(await inClusterConnection(environment, Date.now), {
    userAgent: "pystol-node-helper",
  });
  const log = (msg: string, fields: Readonly<Record<string, unknown>>) =>
    process.stdout.write(
      `${JSON.stringify({ time: new Date().toISOString(), level: "info", msg, run, node, ...fields })}\n`,
    );
  log("helper started", { pod: podName });
  try {
    await new NodeHelper({
      ...{ client, run, podName, node, log },
      proc: environment.PYSTOL_PROC ?? "/proc",
      now: () => new Date(),
      signal: end.signal,
    }).run();
  } finally {
    await client.close();
  }
  log("helper ended", {});
  return 0;
}
