import type { BoardModel } from "../model/board-model.ts";
import type { Look } from "../model/looks.ts";
import { rememberTrials } from "../resilience/remember-trials.ts";
import { type MapCell, resilienceMap } from "../resilience/resilience-map.ts";
import { type PageContext, webAddress } from "./page-context.ts";
import type { Moment } from "./times.ts";

/** One pair of a target and a fault, as the map shows it. */
export interface CellView {
  readonly look: Look;
  readonly word: string;
  /** The verdict, where the word does not say it all. */
  readonly verdict?: string;
  readonly at: Moment | undefined;
  /** "tried 3 times" */
  readonly times: string;
  /** "back after 1.9 sec" */
  readonly recovery?: string;
  /** "slower" */
  readonly trend?: string;
  /** Points of the recoveries' line, where there are two or more. */
  readonly spark?: string;
  readonly run?: { readonly href: string; readonly name: string };
}

export interface ResilienceView {
  readonly faults: readonly string[];
  readonly rows: ReadonlyArray<{
    readonly target: string;
    /** In the order of the faults; null where the pair was never tried. */
    readonly cells: ReadonlyArray<CellView | null>;
  }>;
  /** "3 of 8 pairs tried" */
  readonly tried: string;
}

/** Makes the page of the resilience map. Pure. */
export function resilienceView(model: BoardModel, context: PageContext): ResilienceView {
  const { faults, rows, tried, pairs } = resilienceMap(model.trials);
  const shown = sectionsOf(model);
  return {
    faults,
    rows: rows.map(({ target, cells }) => ({
      target,
      cells: cells.map((cell, at) =>
        cell === undefined
          ? null
          : cellView(cell, { target, fault: faults[at] ?? "" }, shown, context),
      ),
    })),
    tried: context.texts.text("resilience.tried", { n: tried, total: pairs }),
  };
}

/** A trial whose run has no address leads to the board's own section of that run, where it is shown. */
function sectionsOf({ reports }: BoardModel): ReadonlyMap<string, string> {
  const sections = reports.flatMap(({ report }, at) =>
    report === undefined
      ? []
      : rememberTrials([], [report]).map(
          (trial) => [keyOf(trial), `index.html#run-${at + 1}`] as const,
        ),
  );
  return new Map(sections);
}

interface Pair {
  readonly target: string;
  readonly fault: string;
}

function keyOf({ target, fault, at }: Pair & { readonly at: string }): string {
  return JSON.stringify([target, fault, at]);
}

function cellView(
  cell: MapCell,
  pair: Pair,
  shown: ReadonlyMap<string, string>,
  { texts, momentOf }: PageContext,
): CellView {
  const { look, verdict, at, timesTried, recoverySeconds, trend, recoveries } = cell;
  const href = webAddress(cell.run) ?? shown.get(keyOf({ ...pair, at }));
  const name = texts.text("resilience.runOf", { ...pair });
  const time = recoverySeconds === undefined ? undefined : texts.duration(recoverySeconds * 1000);
  return {
    look,
    word: texts.text(`look.${look}`),
    ...(verdict === "Passed" && look !== "failing" ? {} : { verdict }),
    at: momentOf(at),
    times: texts.text("resilience.times", { n: timesTried }),
    ...(time === undefined ? {} : { recovery: texts.text("resilience.recovered", { time }) }),
    ...(trend === undefined ? {} : { trend: texts.text(`resilience.${trend}`) }),
    ...(recoveries.length < 2 ? {} : { spark: sparkOf(recoveries) }),
    ...(href === undefined ? {} : { run: { href, name } }),
  };
}

const WIDTH = 60;
const HEIGHT = 16;
const EDGE = 2; // room for the pen

/** From left to right in time, and from the bottom, which is no time at all, to the longest recovery. */
function sparkOf(recoveries: readonly number[]): string {
  const most = Math.max(...recoveries) || 1;
  const step = (WIDTH - 2 * EDGE) / (recoveries.length - 1);
  return recoveries
    .map((seconds, at) => {
      const y = HEIGHT - EDGE - (seconds / most) * (HEIGHT - 2 * EDGE);
      return `${(EDGE + at * step).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}
