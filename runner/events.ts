import { createHash } from "node:crypto";

/** What the callback plugin tells of; ansible/callback/pystol_events.py writes it. */
export type AnsibleEvent =
  | { event: "playbookStarted" | "noHostsMatched" | "playStarted" | "taskStarted" }
  | TaskEvent
  | Statistics;

export interface TaskEvent {
  event: "taskOk" | "taskSkipped" | "taskFailed" | "taskRetried" | "hostUnreachable";
  task: string;
  action: string;
  msg?: string;
  /** The verdict that the task's result names for the run. */
  pystolVerdict?: string;
  ignored?: boolean;
  /** Of a command that failed. */
  exitCode?: number;
  stderr?: string;
}

export interface Statistics {
  event: "statistics";
  processed: string[];
  failures: number;
  unreachable: number;
  /** What the role gave to set_stats. */
  results: Record<string, unknown>;
}

const PLAIN = new Set(["playbookStarted", "noHostsMatched", "playStarted", "taskStarted"]);
const TASK = new Set(["taskOk", "taskSkipped", "taskFailed", "taskRetried", "hostUnreachable"]);

/** The event of a line, or undefined if the line is none. */
export function parseEvent(line: string): AnsibleEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (_notJson) {
    return undefined;
  }
  if (!isObject(value) || typeof value.event !== "string") return undefined;
  const { event } = value;
  if (PLAIN.has(event)) return value as unknown as AnsibleEvent;
  if (TASK.has(event)) return isTaskEvent(value) ? value : undefined;
  return event === "statistics" && isStatistics(value) ? value : undefined;
}

function isTaskEvent(value: object): value is TaskEvent {
  const { task, action, msg, pystolVerdict, stderr } = value as Record<string, unknown>;
  const isOptionalText = (text: unknown) => text === undefined || typeof text === "string";
  return (
    typeof task === "string" &&
    typeof action === "string" &&
    isOptionalText(msg) &&
    isOptionalText(stderr) &&
    isOptionalText(pystolVerdict)
  );
}

function isStatistics(value: object): value is Statistics {
  const { processed, failures, unreachable, results } = value as Record<string, unknown>;
  return (
    Array.isArray(processed) &&
    Number.isInteger(failures) &&
    Number.isInteger(unreachable) &&
    isObject(results)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Writes the run's story, one JSON object a line with a sequence number and the time, and counts and hashes what it wrote, so
 * that a reader of the log can prove that nothing is missing.
 */
export class EventLog {
  readonly #write: (line: string) => void;
  readonly #now: () => Date;
  readonly #hash = createHash("sha256");
  #count = 0;

  constructor(write: (line: string) => void, now: () => Date) {
    this.#write = write;
    this.#now = now;
  }

  add(event: { event: string } & Record<string, unknown>): void {
    this.#count += 1;
    const stamped = { seq: this.#count, time: this.#now().toISOString(), ...event };
    const line = `${JSON.stringify(stamped)}\n`;
    this.#hash.update(line);
    this.#write(line);
  }

  /** How many lines there are so far, and the SHA-256 of them with their newlines. */
  get digest(): { count: number; sha256: string } {
    return { count: this.#count, sha256: this.#hash.copy().digest("hex") };
  }
}
