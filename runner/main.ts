import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { EventLog } from "./events.ts";
import { EXIT } from "./exit-codes.ts";
import { Interrupts } from "./interrupts.ts";
import { Plays } from "./plays.ts";
import { Redaction } from "./redaction.ts";

const GRACE_MS = 5000; // well within the 30 s that the kubelet gives the pod

/** Set once the Secrets are read: not even an error of ours shows one. */
const redaction = new Redaction();

process.exitCode = EXIT.notReported; // should nothing be left to wait for before there is a result
void main()
  .catch((error: Error) => {
    console.error(`pystol runner: ${redaction.text(error.message)}`);
    return EXIT.notReported;
  })
  .then((code) => {
    process.exitCode = code;
  });

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
  const plays = new Plays({ ...common, plugins: pluginFolder(), graceMs: GRACE_MS });
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

/** runner/ansible of the checkout, or beside the bundle in the image. */
function pluginFolder(): string {
  const here = import.meta.dirname;
  return join(basename(here) === "dist" ? dirname(here) : here, "ansible");
}
