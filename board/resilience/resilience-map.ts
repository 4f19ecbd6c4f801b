import { type Look, worstLook } from "../model/looks.ts";
import type { FaultVerdict } from "../results/report.ts";
import type { Trial } from "./trial.ts";

/** What came of one fault on one target: the last time, and how recovery went over time. */
export interface MapCell {
  readonly look: Look;
  readonly verdict: FaultVerdict;
  /** When it was tried last, ISO 8601. */
  readonly at: string;
  readonly timesTried: number;
  /** Of how many of those it is known to have passed with evidence. */
  readonly timesPassed: number;
  /** The measured recoveries in seconds, oldest first. */
  readonly recoveries: readonly number[];
  /** Of the last trial; missing where it was not measured. */
  readonly recoverySeconds?: number;
  /** The last recovery beside the middle one of those before; missing where there is nothing to compare. */
  readonly trend?: "slower" | "faster" | "steady";
  readonly run?: string;
}

export interface MapRow {
  readonly target: string;
  readonly look: Look;
  /** In the order of the map's faults; undefined where the pair was never tried. */
  readonly cells: ReadonlyArray<MapCell | undefined>;
}

/** Targets by faults, and how many of the pairs were ever tried. */
export interface ResilienceMap {
  readonly faults: readonly string[];
  /** Worst first, then by name. */
  readonly rows: readonly MapRow[];
  readonly tried: number;
  readonly pairs: number;
}

/** Lays trials, oldest first, out as a map. Pure. */
export function resilienceMap(trials: readonly Trial[]): ResilienceMap {
  const faults = [...new Set(trials.map(({ fault }) => fault))].toSorted();
  const rows = [...Map.groupBy(trials, ({ target }) => target)]
    .map(([target, own]) => rowOf(target, own, faults))
    .toSorted(worstFirst);
  const cells = rows.flatMap((row) => row.cells);
  const tried = cells.filter((cell) => cell !== undefined).length;
  return { faults, rows, tried, pairs: cells.length };
}

function rowOf(target: string, trials: readonly Trial[], faults: readonly string[]): MapRow {
  const byFault = Map.groupBy(trials, ({ fault }) => fault);
  const cells = faults.map((fault) => cellOf(byFault.get(fault) ?? []));
  const look = worstLook(cells.flatMap((cell) => (cell === undefined ? [] : [cell.look])));
  return { target, look, cells };
}

function worstFirst(one: MapRow, other: MapRow): number {
  const worst = worstLook([one.look, other.look]);
  if (one.look !== other.look) return one.look === worst ? -1 : 1;
  return one.target < other.target ? -1 : 1;
}

function cellOf(trials: readonly Trial[]): MapCell | undefined {
  const last = trials.at(-1);
  if (last === undefined) return undefined;
  const recoveries = trials.flatMap(({ recoverySeconds }) => recoverySeconds ?? []);
  const { verdict, at, recoverySeconds, run } = last;
  const trend = recoverySeconds === undefined ? undefined : trendOf(recoveries);
  return {
    look: trialLook(last),
    verdict,
    at,
    timesTried: trials.length,
    timesPassed: trials.filter((trial) => trialLook(trial) === "passing").length,
    recoveries,
    ...(recoverySeconds === undefined ? {} : { recoverySeconds }),
    ...(trend === undefined ? {} : { trend }),
    ...(run === undefined ? {} : { run }),
  };
}

/** As a run's faults look: "Error" is never a success, and a pass without evidence is not verified. */
function trialLook({ verdict, expected, verified }: Trial): Look {
  if (!expected || verdict === "Error") return "failing";
  if (verdict !== "Passed") return "expected";
  return verified ? "passing" : "unverified";
}

const NOTABLE = 1.25; // times as long or as short; less is a cluster's usual noise

function trendOf(recoveries: readonly number[]): MapCell["trend"] {
  const last = recoveries.at(-1);
  const before = recoveries.slice(0, -1).toSorted((one, other) => one - other);
  const middle = before[Math.floor(before.length / 2)];
  if (last === undefined || middle === undefined) return undefined;
  if (last > middle * NOTABLE) return "slower";
  return last * NOTABLE < middle ? "faster" : "steady";
}
