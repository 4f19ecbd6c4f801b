import { join } from "node:path";
import { type AnsibleResult, startAnsible, type WaitingAnsible } from "./ansible.ts";
import { conversation } from "./conversation.ts";
import type { EventLog } from "./events.ts";
import { Evidence, type EvidenceMessage } from "./evidence.ts";
import type { Redaction } from "./redaction.ts";
import type { Patience } from "./retried.ts";
import { serveRole } from "./role-socket.ts";
import type { RunRecord } from "./run-record.ts";
import type { RunWatch } from "./run-watch.ts";
import type { Target } from "./targets.ts";

export interface StageParts {
  log: EventLog;
  record: RunRecord;
  watch: RunWatch;
  redaction: Redaction;
  patience: Patience;
  /** A folder of this run alone, that exists. */
  work: string;
  /** The folder of keeper.py and of the callback plugin. */
  plugins: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** How long a play has between SIGTERM and SIGKILL, in ms. */
  graceMs: number;
  now: () => Date;
}

export interface Times {
  injectedTime?: string;
  recoveredTime?: string;
}

/** Where a role's plays happen, one after the other: each finds the runner's socket there, and is ready before it is needed. */
export class Stage {
  readonly #parts: StageParts;
  #plays = 0;
  #waiting: Promise<WaitingAnsible> | undefined;

  constructor(parts: StageParts) {
    this.#parts = parts;
  }

  /** Starts Ansible for the next play, which may come soon, or never. */
  prepare(): void {
    this.#waiting ??= this.#start(false);
    this.#waiting.catch(() => undefined); // the play says it
  }

  /** Runs a playbook; the one before must be over. */
  async play(play: {
    playbook: string;
    variables: Readonly<Record<string, unknown>>;
    signal: AbortSignal;
    check?: boolean;
  }): Promise<AnsibleResult> {
    if (play.check) await this.clear();
    const waiting = await (this.#waiting ?? this.#start(play.check ?? false));
    this.#waiting = undefined;
    return waiting.run({ ...play, graceMs: this.#parts.graceMs });
  }

  /** Ends what waits for a play that does not come. */
  async clear(): Promise<void> {
    const waiting = await this.#waiting?.catch(() => undefined);
    this.#waiting = undefined;
    await waiting?.discard();
  }

  #start(check: boolean): Promise<WaitingAnsible> {
    const { log, work, plugins, environment, redaction } = this.#parts;
    this.#plays += 1;
    return startAnsible({
      folder: join(work, `play-${this.#plays}`),
      socket: this.#socket,
      ...{ plugins, environment, check, redaction },
      onEvent: (event) => log.add({ ...event }),
      onOutput: (stream, text) => log.add({ event: "output", stream, text }),
    });
  }

  get #socket(): string {
    return join(this.#parts.work, "role.sock");
  }

  /** Listens to the role: what it proves goes into `evidence`, and the times into the run as soon as every target has its own. */
  async listen(options: {
    targets: readonly Target[];
    whyNoUndo: () => string | undefined;
    /** Whether what it says counts: a dry run's evidence does not. */
    counts: boolean;
  }): Promise<Listening> {
    const { log, record, watch, patience, redaction, now } = this.#parts;
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
      ...{
        record,
        watch,
        log,
        patience,
        redaction,
        takeEvidence,
        whyNoUndo,
        signal: closed.signal,
      },
    });
    const server = await serveRole(this.#socket, talk, redaction);
    const close = () => {
      closed.abort();
      return server.close();
    };
    return { evidence, times, close };
  }
}

export interface Listening {
  evidence: Evidence;
  times: Times;
  close(): Promise<void>;
}
