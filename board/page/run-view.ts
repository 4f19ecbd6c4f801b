import { byLook, countLooks, type Look, worstLook } from "../model/looks.ts";
import { faultLook, runLook } from "../model/run-look.ts";
import type { LoadedReport } from "../results/load-report.ts";
import type { Report } from "../results/report.ts";
import { sourceName } from "../results/run-name.ts";
import { type CountView, countViews } from "./counts.ts";
import { type FaultTile, faultTile, shorten } from "./fault-tile.ts";
import { type PageContext, versionOf } from "./page-context.ts";
import { type Moment, msBetween } from "./times.ts";

const MOST_ACTIONS = 200;

/** One results.json as the page shows it. */
export interface RunView {
  readonly id: string;
  readonly version: string;
  readonly look: Look;
  readonly word: string;
  readonly name: string;
  readonly problem?: string;
  /** It ended too long ago to be called good. */
  readonly isStale: boolean;
  readonly endedAt?: Moment;
  readonly duration?: string;
  readonly counts: readonly CountView[];
  readonly faults: readonly FaultTile[];
  readonly moreFaults: number;
}

/** Makes the sections of runs, worst first. */
export function runViews(reports: readonly LoadedReport[], context: PageContext): RunView[] {
  return reports.map((report, at) => runView(report, `run-${at + 1}`, context)).toSorted(byLook);
}

/** Makes the section of one run; a file that cannot be read is a section with its problem and no green. */
export function runView(loaded: LoadedReport, id: string, context: PageContext): RunView {
  const view = viewOf(loaded, id, context);
  return { id, version: versionOf(view), ...view };
}

type Content = Omit<RunView, "id" | "version">;

function viewOf(loaded: LoadedReport, id: string, context: PageContext): Content {
  const { texts, momentOf } = context;
  const { source, report, isStale = false, problem = texts.text("run.nothing") } = loaded;
  const look = runLook(loaded);
  const word = texts.text(`look.${look}`);
  if (report === undefined) {
    const nothing = { isStale: false, counts: [], faults: [], moreFaults: 0 };
    return { look, word, name: sourceName(source), problem, ...nothing };
  }
  const { cluster, startTime, completionTime, actions } = report;
  const looks = actions.map(faultLook);
  const took = msBetween(startTime, completionTime);
  const endedAt = momentOf(completionTime);
  const problemText =
    problemOf(report, looks, context) ?? (isStale ? texts.text("headline.stale") : undefined);
  const faults = actions.map((action, at) => faultTile(action, `${id}/${at + 1}`, context));
  return {
    look,
    word,
    name: cluster === undefined ? sourceName(source) : texts.text("run.cluster", cluster),
    ...(problemText === undefined ? {} : { problem: problemText }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(took === undefined ? {} : { duration: texts.duration(took) }),
    isStale,
    counts: countViews(countLooks(looks), texts),
    faults: faults.toSorted(byLook).slice(0, MOST_ACTIONS),
    moreFaults: Math.max(0, faults.length - MOST_ACTIONS),
  };
}

function problemOf(report: Report, looks: readonly Look[], { texts }: PageContext) {
  if (report.outcome === "passed" && worstLook(looks) === "failing") {
    return texts.text("run.contradiction");
  }
  return report.outcome === "failed" && report.message ? shorten(report.message) : undefined;
}
