import { lineOf, type ManifestError, type Problem } from "../client/manifests/problem.ts";
import type { ProbeError } from "../client/probes/problem.ts";
import { cut } from "../client/report/markdown.ts";
import { breachWords, exitWords, underWords, whyUnexpected } from "../client/report/wrongs.ts";
import type { Results } from "../crds/types/results.ts";

/** A mark on a workflow's run or on a line of a file. The file is relative to the workspace; line and column count from 1. */
export interface Annotation {
  level: "error" | "warning";
  title: string;
  message: string;
  file?: string;
  line?: number;
  column?: number;
}

/**
 * A runner keeps ten of each level of a step and drops the others in silence, and the failure of the step is an error itself.
 * https://github.com/actions/runner/blob/v2.336.0/src/Runner.Worker/ExecutionContext.cs
 */
const MOST: Readonly<Record<Annotation["level"], number>> = { error: 9, warning: 10 };
/** There a message is cut at 4096 characters. */
const MESSAGE_CHARACTERS = 4000;
const TITLE_CHARACTERS = 200;

/**
 * What of the results a reader has to look at: errors for what failed, those with a place in a manifest first, and warnings for
 * passes without evidence. No more than a runner keeps; where there is more, the last says how many. What failed as a whole is the
 * failing step's own annotation and none of these.
 */
export function annotationsOf(results: Results): Annotation[] {
  const { actions, commands = [], probes = [] } = results;
  const errors: Annotation[] = [
    ...actions
      .filter(({ expected }) => !expected)
      .map((each) => ({
        level: "error" as const,
        title: `${each.namespace}/${each.name}: ${each.verdict}`,
        message: `It ${whyUnexpected(each)}`,
        ...placeOf(each),
      })),
    ...commands
      .filter(({ outcome }) => outcome !== "passed")
      .map((each) => ({
        level: "error" as const,
        title: `Command ${underWords(each)}`,
        message: each.message || `It failed: ${exitWords(each)}`,
      })),
    ...probes
      .filter(({ outcome }) => outcome !== "passed")
      .map((each) => ({
        level: "error" as const,
        title: `Probe ${each.name}`,
        message: breachWords(each),
      })),
  ];
  const warnings = actions
    .filter(({ expected, verdict, verified }) => expected && verdict === "Passed" && !verified)
    .map((each) => ({
      level: "warning" as const,
      title: `${each.namespace}/${each.name}: unverified`,
      message: `It passed, but no evidence backs that: ${each.message || "it said nothing"}`,
      ...placeOf(each),
    }));
  return [...kept(errors), ...kept(warnings)];
}

/** What is wrong with manifests or probes, each at its line and column; no more than a runner keeps. */
export function annotationsOfProblems({
  problems,
  name,
}: ManifestError | ProbeError): Annotation[] {
  return kept(
    problems.map((problem) => ({
      ...{ level: "error" as const, title: name === "ProbeError" ? "Probe" : "Manifest" },
      ...markOf(problem),
    })),
  );
}

/** A place that is in no file cannot be marked, so the message names it. */
function markOf(problem: Problem): Pick<Annotation, "message" | "file" | "line" | "column"> {
  const { message, position } = problem;
  if (!position) return { message };
  if (position.isInline) return { message: lineOf(problem) };
  const { file, line, column } = position;
  return { message, file, line, column };
}

function placeOf({ file, line }: Results["actions"][number]): { file?: string; line?: number } {
  if (file === undefined) return {};
  return line === undefined ? { file } : { file, line };
}

/** As many as a runner keeps of one level. */
function kept(annotations: readonly Annotation[]): Annotation[] {
  const [first] = annotations;
  if (!first) return [];
  const most = MOST[first.level];
  const sorted = [...annotations].sort((one, other) => rank(one) - rank(other));
  const shown = sorted.length > most ? sorted.slice(0, most - 1) : sorted;
  const left = sorted.length - shown.length;
  const rest = `${left} more are not shown here; the step's log and results.json have all.`;
  return [
    ...shown.map((each) => ({
      ...each,
      title: cut(each.title, TITLE_CHARACTERS),
      message: cut(each.message, MESSAGE_CHARACTERS),
    })),
    ...(left > 0 ? [{ level: first.level, title: `And ${left} more`, message: rest }] : []),
  ];
}

function rank({ file, line }: Annotation): number {
  if (file === undefined) return 2;
  return line === undefined ? 1 : 0;
}
