import { createHash } from "node:crypto";
import type { PystolRunStatus } from "../../../crds/types/pystolruns.ts";
import { ApiError } from "../../../kubernetes/errors.ts";
import type { PystolRun } from "../../../kubernetes/resources.ts";
import { attemptOf } from "../../../operator/job.ts";
import type { Pod } from "../../../operator/workloads.ts";
import type { ModelServer } from "./model-server.ts";

/** What the model counts of the world that faults are done to. */
export interface Effects {
  /** Injections by run. */
  injections: Map<string, number>;
  /** Runs whose fault is in effect. */
  active: Set<string>;
  violations: string[];
}

type Status = PystolRunStatus;

/** A runner or a recovery, one step at a time. A plain role has no records, an undoable one exactly one. */
export class ModelProcess {
  readonly pod: Pod;
  readonly run: string;
  readonly attempt: number | undefined;
  readonly #server: ModelServer;
  readonly #effects: Effects;
  readonly #nonce: string;
  #next: string = "begin";
  /** The exit code once it has ended. */
  exitCode: number | undefined;
  /** The termination message. */
  message = "";
  /** How often it was asked to end. */
  asked = 0;

  constructor(server: ModelServer, effects: Effects, pod: Pod) {
    this.#server = server;
    this.#effects = effects;
    this.pod = pod;
    this.run = pod.metadata.name.slice(0, "pa-".length + 36);
    this.attempt = attemptOf(pod.metadata.name, this.run);
    this.#nonce = createHash("sha256")
      .update(pod.metadata.uid ?? "")
      .digest("hex")
      .slice(0, 32);
  }

  /** Whether it may change targets. */
  get acts(): boolean {
    return this.exitCode === undefined && this.#next !== "begin";
  }

  kill(): void {
    this.exitCode ??= 137;
  }

  /** Does the next thing; an API server that refuses ends it. */
  step(): void {
    if (this.exitCode !== undefined) return;
    try {
      if (this.attempt === undefined) this.#inject();
      else this.#recover(this.attempt);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason !== "Conflict") this.exitCode = 2;
    }
  }

  #inject(): void {
    const run = this.#record();
    if (!run) {
      this.exitCode = 2;
      return;
    }
    const isUndoable = run.spec.role.undoable;
    switch (this.#next) {
      case "begin": {
        if (run.status?.claim) {
          this.exitCode = 3;
          return;
        }
        const nonceSHA256 = createHash("sha256").update(this.#nonce).digest("hex");
        const { name, uid = "" } = this.pod.metadata;
        const time = new Date(0).toISOString();
        const claim = { podName: name, podUID: uid, time, nonceSHA256 };
        this.#write({ claim, startTime: time }, run.metadata.resourceVersion);
        this.#next = isUndoable ? "record" : "inject";
        return;
      }
      case "record":
        if (run.spec.stop || this.asked > 0) {
          this.#report(run, "Aborted");
          return;
        }
        this.#write({ records: [{ id: "1", module: "m", state: "Open", attempts: 0 }] as never });
        this.#next = "inject";
        return;
      case "inject":
        if (!isUndoable && (run.spec.stop || this.asked > 0)) {
          this.#report(run, "Aborted");
          return;
        }
        this.#count();
        this.#next = "mark";
        return;
      case "mark":
        this.#write({ injectedTime: new Date(0).toISOString() });
        this.#next = isUndoable ? "undo" : "report";
        return;
      case "undo":
        this.#effects.active.delete(this.run);
        this.#next = "undone";
        return;
      case "undone":
        this.#close();
        this.#next = "report";
        return;
      default:
        this.#report(run, "Passed");
    }
  }

  #recover(attempt: number): void {
    const run = this.#record();
    if (!run) {
      this.exitCode = 2;
      return;
    }
    switch (this.#next) {
      case "begin": {
        if ((run.status?.recovery?.attempt ?? 0) >= attempt) {
          this.exitCode = 3;
          return;
        }
        const { name, uid = "" } = this.pod.metadata;
        const time = new Date(0).toISOString();
        const recovery = { attempt, podName: name, podUID: uid, time };
        this.#write({ recovery }, run.metadata.resourceVersion);
        this.#next = "undo";
        return;
      }
      case "undo":
        this.#effects.active.delete(this.run);
        this.#next = "undone";
        return;
      default:
        this.#close();
        this.exitCode = 0;
    }
  }

  #count(): void {
    const { injections, active, violations } = this.#effects;
    const count = (injections.get(this.run) ?? 0) + 1;
    injections.set(this.run, count);
    active.add(this.run);
    if (count > 1) violations.push(`${this.run} was injected ${count} times`);
  }

  #close(): void {
    const time = new Date(0).toISOString();
    const records = [{ id: "1", module: "m", state: "Done", attempts: 0 }];
    this.#write({ records: records as never, recoveredTime: time });
  }

  #report(run: PystolRun, verdict: "Passed" | "Aborted"): void {
    const time = new Date(0).toISOString();
    const report = {
      ...{ schemaVersion: 1, nonce: this.#nonce, verdict, verified: false, message: verdict },
      ...{ startTime: time, completionTime: time },
    } as NonNullable<Status["report"]>;
    this.message = JSON.stringify(report);
    if (run.status?.report === undefined) this.#write({ report });
    this.exitCode = verdict === "Passed" ? 0 : 1;
  }

  #record(): PystolRun | undefined {
    return this.#server.find<PystolRun>("pystolruns", this.run);
  }

  #write(status: Partial<Status>, resourceVersion?: string): void {
    this.#server.mergePatch(
      "pystolruns",
      { namespace: "pystol-runs", name: this.run },
      { metadata: resourceVersion ? { resourceVersion } : {}, status },
    );
  }
}
