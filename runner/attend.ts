import { randomBytes, randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { Report } from "../crds/types/report.ts";
import { createClient } from "../kubernetes/client.ts";
import { inClusterConnection } from "../kubernetes/connection.ts";
import { EXIT, RECOVERY_EXIT } from "./exit-codes.ts";
import { timeoutAt } from "./interrupts.ts";
import { performRecovery } from "./recovery-mode.ts";
import { fittedReport } from "./report.ts";
import { runRole } from "./role.ts";
import type { RoleParts } from "./role-call.ts";
import { performRun } from "./run.ts";
import { RunRecord } from "./run-record.ts";
import { RunWatch } from "./run-watch.ts";

/** How long an API server may be away, at the claim and at the report. */
const PATIENCE = { deadlineMs: 10_000, now: Date.now };

type Given = Omit<RoleParts, "record" | "watch" | "patience"> & {
  startTime: Date;
  pod: { name: string; uid: string; node: string | undefined };
};

/** Performs the run of that name, or a recovery of it where the environment says so; returns the exit code. */
export async function attend(given: Given, name: string): Promise<number> {
  const { environment, interrupts, plays, startTime, pod, log, redaction, now } = given;
  const client = createClient(await inClusterConnection(environment, Date.now), {
    userAgent: "pystol-runner",
  });
  const record = new RunRecord(client, name);
  const watch = new RunWatch(client, name);
  const parts: RoleParts = { ...given, record, watch, patience: PATIENCE };
  const ended = new AbortController();
  let deadline: ReturnType<typeof timeoutAt> | undefined;
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
    await plays.clear();
    if (!report) return EXIT.claimTaken;
    return await deliver(fittedReport(report), record, environment.PYSTOL_TERMINATION_LOG);
  } finally {
    deadline?.clear();
    ended.abort();
    await client.close();
  }
}

/** Tells the verdict in both ways; one of them is enough. */
async function deliver(
  report: Report,
  record: RunRecord,
  file = "/dev/termination-log",
): Promise<number> {
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
