import type { Look } from "../model/looks.ts";
import { faultLook } from "../model/run-look.ts";
import type { ReportedAction, Target } from "../results/report.ts";
import { evidenceText } from "./evidence-text.ts";
import { type PageContext, versionOf } from "./page-context.ts";
import { msBetween } from "./times.ts";

const MOST_TARGETS = 50;
const LONGEST_TEXT = 300; // characters

/** One fault of a run as the page shows it. */
export interface FaultTile {
  readonly id: string;
  readonly version: string;
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
  readonly whyName: string;
}

export function faultTile(action: ReportedAction, id: string, context: PageContext): FaultTile {
  const { texts } = context;
  const look = faultLook(action);
  const name = `${action.namespace}/${action.name}`;
  const injected = msBetween(action.startTime, action.injectedTime);
  const view = {
    look,
    word: `${action.verdict}, ${texts.text(standingOf(action, look))}`,
    name,
    role: action.role,
    verdict: action.verdict,
    message: shorten(action.message ?? ""),
    note: texts.text(noteOf(action, look), { verdict: action.verdict }),
    facts: factsOf(action, context),
    ...(injected === undefined ? {} : { injectedAfter: texts.duration(injected) }),
    targets: (action.targets ?? []).slice(0, MOST_TARGETS).map((each) => targetOf(each, context)),
    moreTargets: Math.max(0, countOf(action) - MOST_TARGETS),
    whyName: texts.text("run.evidenceof", { name }),
  };
  return { id, version: versionOf(view), ...view };
}

/** Key of the text that says what the verdict is worth. */
function standingOf({ expected }: ReportedAction, look: Look): string {
  if (look === "passing") return "run.verified";
  if (look === "unverified" || look === "expected") return `look.${look}`;
  return expected ? "run.thoughexpected" : "run.notexpected";
}

function noteOf({ expected, verified }: ReportedAction, look: Look): string {
  if (look !== "failing") return `run.note.${look}`;
  if (expected) return "run.note.error";
  return verified ? "run.note.unlike" : "run.note.unexpected";
}

/** The few figures that are always in sight. */
function factsOf(action: ReportedAction, { texts }: PageContext): string[] {
  const { injectedTime, recoveredTime, startTime, completionTime } = action;
  const n = countOf(action);
  const held = msBetween(injectedTime, recoveredTime);
  const took = msBetween(startTime, completionTime);
  return [
    ...(held === undefined ? [] : [texts.text("run.held", { time: texts.duration(held) })]),
    ...(took === undefined ? [] : [texts.text("run.took", { time: texts.duration(took) })]),
    ...(n === 0 ? [] : [texts.text("run.targets", { n })]),
  ];
}

/** All targets of an action, those included that its writer left out. */
function countOf({ targets = [], targetsOmitted = 0 }: ReportedAction): number {
  return targets.length + targetsOmitted;
}

function targetOf(target: Target, { texts }: PageContext): FaultTile["targets"][number] {
  const path = [target.namespace, target.name].filter(Boolean).join("/");
  const name = [target.kind, path].filter(Boolean).join(" ") || target.uid;
  return {
    name: shorten(name ?? texts.text("run.target")),
    outcome: target.outcome ?? "",
    evidence: evidenceText(target.evidence),
  };
}

/** A stranger's text, no longer than a person reads. */
export function shorten(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1).toWellFormed()}…`;
}
