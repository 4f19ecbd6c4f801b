import { createHash } from "node:crypto";
import type { Redaction } from "./redaction.ts";

/** What the callback plugin tells of; ansible/callback/pystol_events.py writes it. */
export type AnsibleEvent =
  | { event: "playbookStarted" | "noHostsMatched" | "playStarted" }
  | { event: "taskStarted"; task?: string }
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

const TEXT_LIMIT = 2000;
const PLUGIN_LIMIT = 65_536; // ansible/callback/pystol_events.py: TEXT_LIMIT

/**
 * The event without secrets, and with at most 2,000 characters of each text of its task: of an error output the last ones, of
 * others the first. It is cut only now, since half of a secret would not be found. What the plugin had to cut before, may begin
 * or end with such a half; that much is left out.
 */
export function shownEvent(event: AnsibleEvent, redaction: Redaction): AnsibleEvent {
  const masked = redaction.event(event);
  if (masked.event === "statistics") return masked;
  const originals = event as unknown as Record<string, unknown>;
  const entries = Object.entries(masked).map(([name, value]): [string, unknown] => {
    if (typeof value !== "string") return [name, value];
    const whole = withoutHalves(String(originals[name]), value, redaction.longest);
    return [name, shortened(whole, name === "stderr" ? "start" : "end")];
  });
  return Object.fromEntries(entries) as unknown as AnsibleEvent;
}

function withoutHalves(original: string, masked: string, longest: number): string {
  if (original.length < PLUGIN_LIMIT) return masked;
  if (original.endsWith("…")) return `${masked.slice(0, -1 - longest).toWellFormed()}…`;
  return original.startsWith("…") ? `…${masked.slice(1 + longest).toWellFormed()}` : masked;
}

function shortened(text: string, where: "start" | "end"): string {
  if (text.length <= TEXT_LIMIT) return text;
  return where === "end"
    ? `${text.slice(0, TEXT_LIMIT - 1).toWellFormed()}…`
    : `…${text.slice(1 - TEXT_LIMIT).toWellFormed()}`;
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
  readonly #redaction: Redaction;
  readonly #hash = createHash("sha256");
  #count = 0;
  #isOver = false;

  constructor(write: (line: string) => void, now: () => Date, redaction: Redaction) {
    this.#write = write;
    this.#now = now;
    this.#redaction = redaction;
  }

  add(event: { event: string } & Record<string, unknown>): void {
    if (this.#isOver) return;
    this.#count += 1;
    const stamped = {
      ...{ seq: this.#count, time: this.#now().toISOString() },
      ...this.#redaction.event(event),
    };
    const line = `${JSON.stringify(stamped)}\n`;
    this.#hash.update(line);
    this.#write(line);
  }

  /**
   * How many lines there are, and the SHA-256 of them with their newlines. There will be no more, whatever is still told: a
   * line that the digest does not know would make the others look incomplete.
   */
  end(): { count: number; sha256: string } {
    this.#isOver = true;
    return { count: this.#count, sha256: this.#hash.copy().digest("hex") };
  }
}
