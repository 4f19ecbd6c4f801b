import type { Report, ReportedAction, Target } from "../results/report.ts";
import { targetName } from "./target-name.ts";
import type { Trial } from "./trial.ts";

const MOST_PER_CELL = 30;
const MOST_CELLS = 2000;

/**
 * Adds what reports say to the trials that are known; oldest first. The same trial, told by its target, fault and end, is kept once,
 * and what is told last of it stays. Of each pair of target and fault the newest 30 are kept, and of pairs the 2,000 tried last.
 */
export function rememberTrials(previous: readonly Trial[], reports: readonly Report[]): Trial[] {
  const known = new Map<string, Trial>();
  for (const trial of [...previous, ...reports.flatMap(trialsOf)]) {
    known.set(JSON.stringify([trial.target, trial.fault, trial.at]), trial);
  }
  const sorted = [...known.values()].toSorted(oldestFirst);
  const cells = [...Map.groupBy(sorted, ({ target, fault }) => JSON.stringify([target, fault]))];
  const newest = cells
    .map(([, trials]) => trials.slice(-MOST_PER_CELL))
    .toSorted((one, other) => timeOf(other.at(-1)) - timeOf(one.at(-1)))
    .slice(0, MOST_CELLS);
  return newest.flat().toSorted(oldestFirst);
}

function oldestFirst(one: Trial, other: Trial): number {
  return (
    timeOf(one) - timeOf(other) ||
    compare(one.target, other.target) ||
    compare(one.fault, other.fault)
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function timeOf(trial: Trial | undefined): number {
  return Date.parse(trial?.at ?? "");
}

/** An action is a trial of each thing that it names; pods of one owner are one thing, as slow as the slowest. */
function trialsOf(report: Report): Trial[] {
  return report.actions.flatMap((action) => {
    const at = timeIn(
      action.completionTime,
      report.completionTime,
      action.startTime,
      report.startTime,
    );
    if (at === undefined) return [];
    const run = runOf(report);
    return [...targetsOf(action)].map(([target, parts]) => {
      const recoverySeconds = recoveryOf(parts);
      return {
        ...{ target, fault: action.role, verdict: action.verdict, at },
        verified: action.verified,
        expected: action.expected,
        ...(recoverySeconds === undefined ? {} : { recoverySeconds }),
        ...(run === undefined ? {} : { run }),
      };
    });
  });
}

/** The targets by their stable names; an action that hit nothing stands for itself, so that its verdict is not lost. */
function targetsOf({ namespace, name, targets = [] }: ReportedAction): Map<string, Target[]> {
  const named = Map.groupBy(targets, (target) => targetName(target) ?? "");
  named.delete("");
  return named.size > 0 ? named : new Map([[`${namespace}/PystolAction ${name}`, [...targets]]]);
}

/** The evidence that roles give of how long a target took to be back, in ms; killpods names the first. */
const RECOVERY_KEYS = ["replacementReadyAfterMs", "recoveredAfterMs"];

/** Between a fault and its end lies how long it was held, which is no recovery; so only what was measured counts. */
function recoveryOf(targets: readonly Target[]): number | undefined {
  const measured = targets.flatMap(({ evidence }) =>
    RECOVERY_KEYS.flatMap((key) => {
      const ms = (evidence as Readonly<Record<string, unknown>> | null | undefined)?.[key];
      return typeof ms === "number" && Number.isFinite(ms) && ms >= 0 ? [ms] : [];
    }),
  );
  return measured.length === 0 ? undefined : Math.max(...measured) / 1000;
}

function timeIn(...times: ReadonlyArray<string | null | undefined>): string | undefined {
  const time = times.find((each) => !Number.isNaN(Date.parse(each ?? "")));
  return typeof time === "string" ? new Date(time).toISOString() : undefined;
}

/** A report's address of its run, where it has one that is safe to link to. */
function runOf({ run }: Report): string | undefined {
  return typeof run === "string" && /^https?:\/\//iu.test(run) && URL.canParse(run)
    ? new URL(run).href
    : undefined;
}
