import { basename } from "node:path/posix";
import type { LoadedReport } from "../results/load-report.ts";
import type { Report, ReportedAction, Target } from "../results/report.ts";
import { evidenceText } from "./evidence-text.ts";
import { byLook, countLooks, type Look, type LookCount, wordOf, worstLook } from "../model/looks.ts";
import { type Moment, momentOf, spanBetween } from "./times.ts";

const MOST_ACTIONS = 200;
const MOST_TARGETS = 50;
const LONGEST_TEXT = 300; // characters

/** One fault as the page shows it. */
export interface FaultTile {
  readonly look: Look;
  readonly word: string;
  readonly name: string;
  readonly role: string;
  readonly verdict: string;
  readonly message: string;
  /** What the verdict rests on, in words. */
  readonly note: string;
  readonly facts: readonly string[];
  readonly injectedAfter?: string;
  readonly targets: ReadonlyArray<{
    readonly name: string;
    readonly outcome: string;
    readonly evidence: string;
  }>;
  readonly moreTargets: number;
}

/** One results.json as the page shows it. */
export interface RunView {
  readonly look: Look;
  readonly word: string;
  readonly name: string;
  readonly problem?: string;
  readonly endedAt?: Moment;
  readonly duration?: string;
  readonly counts: readonly LookCount[];
  readonly faults: readonly FaultTile[];
  readonly moreFaults: number;
}

/** Makes the section of one run; a file that cannot be read is a section with its problem and no green. */
export function runView({ source, report, problem }: LoadedReport): RunView {
  const name = report?.cluster === undefined ? nameOf(source) : `cluster ${report.cluster.name}`;
  if (report === undefined) {
    const text = problem ?? "there is nothing to show";
    const nothing = { counts: [], faults: [], moreFaults: 0 };
    return { look: "unread", word: wordOf("unread"), name, problem: text, ...nothing };
  }
  const faults = report.actions.map(faultTile);
  const looks = faults.map(({ look }) => look);
  const look = lookOfRun(report, looks);
  const endedAt = momentOf(report.completionTime);
  const duration = spanBetween(report.startTime, report.completionTime);
  const problemText = problemOf(report, looks);
  return {
    look,
    word: wordOf(look),
    name,
    ...(problemText === undefined ? {} : { problem: problemText }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(duration === undefined ? {} : { duration }),
    counts: countLooks(looks),
    faults: faults.toSorted(byLook).slice(0, MOST_ACTIONS),
    moreFaults: Math.max(0, faults.length - MOST_ACTIONS),
  };
}

function problemOf(report: Report, looks: readonly Look[]): string | undefined {
  if (report.outcome === "passed" && looks.includes("failing")) {
    return "the file says passed, but an action in it did not";
  }
  return report.outcome === "failed" && report.message ? shorten(report.message) : undefined;
}

/** A run passes only if it says so and every action in it was verified or expected. */
function lookOfRun(report: Report, looks: readonly Look[]): Look {
  if (report.outcome === "failed" || looks.includes("failing")) return "failing";
  if (looks.length === 0) return "unknown";
  const worst = worstLook(looks);
  return worst === "expected" && looks.includes("passing") ? "passing" : worst;
}

function faultTile(action: ReportedAction): FaultTile {
  const look = lookOf(action);
  const targets = action.targets ?? [];
  const injectedAfter = spanBetween(action.startTime, action.injectedTime);
  return {
    look,
    word: `${action.verdict}, ${standingOf(action, look)}`,
    name: `${action.namespace}/${action.name}`,
    role: action.role,
    verdict: action.verdict,
    message: shorten(action.message ?? ""),
    note: noteOf(action, look),
    facts: factsOf(action),
    ...(injectedAfter === undefined ? {} : { injectedAfter }),
    targets: targets.slice(0, MOST_TARGETS).map(targetOf),
    moreTargets: Math.max(0, countOf(action) - MOST_TARGETS),
  };
}

function standingOf({ expected }: ReportedAction, look: Look): string {
  if (look === "passing") return "verified";
  if (look === "unverified" || look === "expected") return wordOf(look);
  return expected ? "though expected" : "not expected";
}

/** "Error" is never a success, expected or not: it says that Pystol itself could not do its work. */
function lookOf({ verdict, expected, verified }: ReportedAction): Look {
  if (!expected || verdict === "Error") return "failing";
  if (verdict !== "Passed") return "expected";
  return verified ? "passing" : "unverified";
}

function noteOf({ verdict, expected, verified }: ReportedAction, look: Look): string {
  if (look === "passing") return "The fault's effect was seen, and so was its end.";
  if (look === "unverified") return "The role gave no evidence: nobody saw the fault's effect.";
  if (look === "expected")
    return `Its author expects ${verdict}. No fault is claimed to have passed.`;
  if (expected) return "An error fails a run even where it is expected.";
  return verified ? "The evidence is there, but the verdict is not the one expected." : "";
}

/** The few figures that are always in sight. */
function factsOf(action: ReportedAction): string[] {
  const { injectedTime, recoveredTime, startTime, completionTime } = action;
  const count = countOf(action);
  const held = spanBetween(injectedTime, recoveredTime);
  const took = spanBetween(startTime, completionTime);
  return [
    ...(held === undefined ? [] : [`held ${held}`]),
    ...(took === undefined ? [] : [`took ${took}`]),
    ...(count === 0 ? [] : [count === 1 ? "1 target" : `${count} targets`]),
  ];
}

/** All targets of an action, those included that its writer left out. */
function countOf({ targets = [], targetsOmitted = 0 }: ReportedAction): number {
  return targets.length + targetsOmitted;
}

function targetOf(target: Target): FaultTile["targets"][number] {
  const path = [target.namespace, target.name].filter(Boolean).join("/");
  return {
    name: shorten([target.kind, path].filter(Boolean).join(" ") || (target.uid ?? "a target")),
    outcome: target.outcome ?? "",
    evidence: evidenceText(target.evidence),
  };
}

function nameOf(source: string): string {
  return /^https?:\/\//iu.test(source) ? new URL(source).host : basename(source);
}

function shorten(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1).toWellFormed()}…`;
}
