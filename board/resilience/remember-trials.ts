import type { Report } from "../results/report.ts";
import type { Trial } from "./trial.ts";

/** Placeholder until the resilience map is there. */
export function rememberTrials(previous: readonly Trial[], _reports: readonly Report[]): Trial[] {
  return [...previous];
}
