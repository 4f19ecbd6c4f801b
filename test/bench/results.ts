import type { Burst } from "./burst.ts";
import type { CompetitorName } from "./competitors/all.ts";
import type { KindResults } from "./kind/results.ts";
import type { Memory } from "./process-figures.ts";
import type { Write } from "./writes.ts";

/** A competitor's burst in one round. */
export interface BurstSample {
  round: number;
  competitor: CompetitorName;
  burst: Burst;
}

/** A competitor's restart while one action waits, beside so many finished ones. */
export interface RestartSample {
  competitor: CompetitorName;
  finished: number;
  round: number;
  /** From the start of its process until the waiting action's Job was seen, in ms. */
  firstJobMs: number;
  /** Some seconds later. */
  idle: Memory;
}

/** How long nobody worked after the leader got a signal, in ms: until the Job of an action that was created right then. */
export interface LeaderSample {
  signal: "SIGTERM" | "SIGKILL";
  ms: number;
}

/** All that was measured, as it is in results.json. */
export interface Results {
  startedAt: string;
  commit: string;
  command: string;
  machine: string;
  kubernetes: string;
  actions: number;
  inFlight: number;
  writes: Write[];
  reads: string[];
  bursts: BurstSample[];
  restarts: RestartSample[];
  leaders: LeaderSample[];
  kind?: KindResults;
}
