import { randomBytes, randomInt } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Report } from "../crds/types/report.ts";
import { createClient } from "../kubernetes/client.ts";
import { inClusterConnection } from "../kubernetes/connection.ts";
import { EventLog } from "./events.ts";
import { Interrupts, timeoutAt } from "./interrupts.ts";
import { performRecovery } from "./recovery-mode.ts";
import { Redaction } from "./redaction.ts";
import { fittedReport } from "./report.ts";
import { runRole } from "./role.ts";
import type { RoleParts } from "./role-call.ts";
import { performRun } from "./run.ts";
import { RunRecord } from "./run-record.ts";
import { RunWatch } from "./run-watch.ts";
import { Stage } from "./stage.ts";

const EXIT = { passed: 0, otherVerdict: 1, notReported: 2, claimTaken: 3 };
const RECOVERY_EXIT = { closed: 0, open: 1, taken: EXIT.claimTaken };
const GRACE_MS = 5000; // well within the 30 s that the kubelet gives the pod
/** How long an API server may be away, at the claim and at the report. */
const PATIENCE = { deadlineMs: 10_000, now: Date.now };

/** Set once the Secrets are read: not even an error of ours shows one. */
const redaction = new Redaction();

process.exitCode = await main().catch((error: Error) => {
  console.error(`pystol runner: ${redaction.text(error.message)}`);
  return EXIT.notReported;
});

async function main(): Promise<number> {
  const now = () => new Date();
  const startTime = now();
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
  const log = new EventLog((line) => process.stdout.write(line), now, redaction);
  const client = createClient(await inClusterConnection(environment, Date.now), {
    userAgent: "pystol-runner",
  });
  const record = new RunRecord(client, name);
  const watch = new RunWatch(client, name);
  const common = {
    ...{ log, record, watch, redaction, work, environment, now },
    ...{ plugins: pluginFolder(), graceMs: GRACE_MS, patience: PATIENCE },
  };
  const stage = new Stage(common);
  const parts: RoleParts = { ...common, stage, interrupts };
  stage.prepare();
  const ended = new AbortController();
  let deadline: ReturnType<typeof timeoutAt> | undefined;
  const pod = { name: podName, uid: podUID, node: environment.PYSTOL_NODE_NAME };
  try {
    const attempt = Number(environment.PYSTOL_RECOVERY_ATTEMPT ?? 0);
    if (attempt > 0) {
      void watch.watch(ended.signal);
      return RECOVERY_EXIT[await performRecovery({ ...parts, client }, pod, attempt)];
    }
    const report = await performRun({
      ...{ client, record, log, redaction, startTime, now, interrupts, pod, patience: PATIENCE },
      nonce: randomBytes(16).toString("hex"),
      drawSeed: () => randomInt(2 ** 32),
      onClaimed: ({ spec: { timeoutSeconds: seconds } }) => {
        const atMs = startTime.getTime() + seconds * 1000;
        deadline = timeoutAt({ atMs, seconds, nowMs: Date.now() });
        void watch.watch(ended.signal);
        void watch
          .until(({ spec }) => spec.stop || undefined, ended.signal)
          .then((isStopped) => {
            if (isStopped) interrupts.requestStop();
          });
        return deadline.signal;
      },
      runRole: (call) => runRole(parts, call),
    });
    await stage.clear();
    if (!report) return EXIT.claimTaken;
    return await deliver(fittedReport(report), record);
  } finally {
    deadline?.clear();
    ended.abort();
    await stage.clear();
    await rm(work, { recursive: true, force: true });
    await client.close();
  }
}

/** Tells the verdict in both ways; one of them is enough. */
async function deliver(report: Report, record: RunRecord): Promise<number> {
  const file = process.env.PYSTOL_TERMINATION_LOG ?? "/dev/termination-log";
  const written = writeFile(file, JSON.stringify(report));
  const stored = record.storeReport(report, PATIENCE);
  const results = await Promise.allSettled([stored, written]);
  for (const result of results) {
    if (result.status === "rejected")
      console.error(`pystol runner: cannot report: ${(result.reason as Error).message}`);
  }
  if (results.every(({ status }) => status === "rejected")) return EXIT.notReported;
  return report.verdict === "Passed" ? EXIT.passed : EXIT.otherVerdict;
}

/** runner/ansible of the checkout, or beside the bundle in the image. */
function pluginFolder(): string {
  const here = import.meta.dirname;
  return join(basename(here) === "dist" ? dirname(here) : here, "ansible");
}
