import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventLog } from "./events.ts";
import { EXIT } from "./exit-codes.ts";
import { Interrupts } from "./interrupts.ts";
import { Plays } from "./plays.ts";
import { Redaction } from "./redaction.ts";

/** Of the checkout, or beside the bundle in the image. */
const PLUGINS = join(import.meta.dirname, "ansible");
const GRACE_MS = 5000; // well within the 30 s that the kubelet gives the pod

/** Set once the Secrets are read: not even an error of ours shows one. */
const redaction = new Redaction();

process.exitCode = EXIT.notReported; // until there is a result
void main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => console.error(`pystol runner: ${redaction.text(error.message)}`),
);

/** Ansible takes longer to start than all else, so it is on its way before the rest of the runner is even loaded. */
async function main(): Promise<number> {
  const startTime = new Date();
  const environment = process.env;
  const { PYSTOL_RUN: name, PYSTOL_POD_NAME: podName, PYSTOL_POD_UID: podUID } = environment;
  if (!name || !podName || !podUID) {
    throw new Error(
      "PYSTOL_RUN, PYSTOL_POD_NAME and PYSTOL_POD_UID must be set, as the operator sets them in a run's pod.",
    );
  }
  const interrupts = new Interrupts();
  for (const signal of ["SIGTERM", "SIGINT"])
    process.on(signal, () => interrupts.terminate(Date.now()));
  const work = await mkdtemp(join(tmpdir(), "pystol-"));
  const now = () => new Date();
  const log = new EventLog((line) => process.stdout.write(line), now, redaction);
  const common = { log, redaction, work, environment, now };
  const plays = new Plays({ ...common, plugins: PLUGINS, graceMs: GRACE_MS });
  try {
    await plays.prepare();
    const { attend } = await import("./attend.ts");
    const pod = { name: podName, uid: podUID, node: environment.PYSTOL_NODE_NAME };
    return await attend({ ...common, plays, interrupts, startTime, pod }, name);
  } finally {
    await plays.clear();
    await rm(work, { recursive: true, force: true });
  }
}
