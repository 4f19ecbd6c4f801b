import { conversation } from "./conversation.ts";
import type { EventLog } from "./events.ts";
import { Evidence, type EvidenceMessage } from "./evidence.ts";
import { socketIn } from "./plays.ts";
import type { Redaction } from "./redaction.ts";
import type { Patience } from "./retried.ts";
import { serveRole } from "./role-socket.ts";
import type { RunRecord } from "./run-record.ts";
import type { RunWatch } from "./run-watch.ts";
import type { Target } from "./targets.ts";

export interface ListenParts {
  log: EventLog;
  record: RunRecord;
  watch: RunWatch;
  redaction: Redaction;
  patience: Patience;
  /** As for the plays. */
  work: string;
  now: () => Date;
}

export interface Times {
  injectedTime?: string;
  recoveredTime?: string;
}

export interface Listening {
  evidence: Evidence;
  times: Times;
  close(): Promise<void>;
}

/** Listens to the role: what it proves goes into `evidence`, and the times into the run as soon as every target has its own. */
export async function listenToRole(
  parts: ListenParts,
  options: {
    targets: readonly Target[];
    whyNoUndo: () => string | undefined;
    /** Whether what it says counts: a dry run's evidence does not. */
    counts: boolean;
  },
): Promise<Listening> {
  const { log, record, watch, patience, redaction, now } = parts;
  const evidence = new Evidence(options.targets);
  const times: Times = {};
  const takeEvidence = (message: EvidenceMessage) => {
    if (!options.counts) {
      log.add({ ...message, event: "evidence" });
      return undefined;
    }
    const problem = evidence.add(message);
    if (problem !== undefined) return problem;
    log.add({ ...message, event: "evidence" });
    const isNew = {
      injectedTime: !times.injectedTime && evidence.hasAll("injected"),
      recoveredTime: !times.recoveredTime && evidence.hasAll("recovered"),
    };
    for (const mark of ["injectedTime", "recoveredTime"] as const) {
      if (isNew[mark]) times[mark] = now().toISOString();
    }
    // For those who wait for the fault to be active; the report says it again, so a failure here loses nothing.
    if (isNew.injectedTime || isNew.recoveredTime)
      void record.store(times, patience).catch(() => undefined);
    return undefined;
  };
  const { whyNoUndo } = options;
  const closed = new AbortController();
  const talk = conversation({
    ...{ record, watch, log, patience, redaction, takeEvidence, whyNoUndo },
    signal: closed.signal,
  });
  const server = await serveRole(socketIn(parts.work), talk, redaction);
  const close = () => {
    closed.abort();
    return server.close();
  };
  return { evidence, times, close };
}
