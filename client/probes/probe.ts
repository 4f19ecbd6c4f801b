import type { Results } from "../../crds/types/results.ts";

/** When a probe is asked: before the first fault, while faults hold, and after the last was undone. */
export const PHASES = ["before", "during", "after"] as const;
export type Phase = (typeof PHASES)[number];

/** One question that a user asks of the application, again and again. */
export interface Probe {
  /** Unique within its list. */
  name: string;
  check: Check;
  when: readonly Phase[];
  /** From the beginning of one check to that of the next. */
  intervalMs: number;
  /** The longest that one check may take. */
  timeoutMs: number;
  /** How many checks in a row must fail to make a breach. */
  failureThreshold: number;
}

export type Check = HttpCheck | TcpCheck | CommandCheck | ConditionCheck;

export interface HttpCheck {
  kind: "http";
  /** http: or https:, without a user or password. */
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  /** The statuses that are a success. */
  statuses: readonly StatusRange[];
  bodyContains?: string;
}

/** Both ends belong to it. */
export interface StatusRange {
  from: number;
  to: number;
}

export interface TcpCheck {
  kind: "tcp";
  host: string;
  port: number;
}

export interface CommandCheck {
  kind: "command";
  /** A script for bash. */
  script: string;
}

export interface ConditionCheck {
  kind: "condition";
  apiVersion: string;
  /** The kind of the object. */
  objectKind: string;
  namespace?: string;
  name: string;
  type: string;
  status: string;
}

/** What a probe came to in one phase, as the results have it. */
export type ProbeEnding = NonNullable<Results["probes"]>[number];
