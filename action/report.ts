import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ManifestError } from "../client/manifests/problem.ts";
import { ProbeError } from "../client/probes/problem.ts";
import { badgeSvg, endpointBadge } from "../client/report/badge.ts";
import { junitXml } from "../client/report/junit.ts";
import { summaryMarkdown } from "../client/report/summary.ts";
import { resultsTable } from "../client/report/table.ts";
import { headline } from "../client/results.ts";
import type { Results } from "../crds/types/results.ts";
import { annotationsOf, annotationsOfProblems } from "./annotations.ts";
import type { Run, Surroundings } from "./context.ts";
import { oneLine } from "./messages.ts";
import { runPage } from "./run-page.ts";

const FILES = {
  results: "results.json",
  junit: "junit.xml",
  summary: "summary.md",
  badge: "badge.json",
} as const;
const BADGE_SVG = "badge.svg";

/** The folder for the results, which is made; what an earlier step left in it is not taken for this one's. */
export async function resultsDirectory(
  asked: string | undefined,
  { workspace, temp }: Pick<Surroundings, "workspace" | "temp">,
): Promise<string> {
  if (!asked) return mkdtemp(join(temp, "pystol-results-"));
  const directory = resolve(workspace, asked);
  await mkdir(directory, { recursive: true });
  for (const name of [...Object.values(FILES), BADGE_SVG])
    await rm(join(directory, name), { force: true });
  return directory;
}

/** Writes the files of the results, the outputs that name them, and the job's summary. Returns the summary. */
export async function writeResults(run: Run, results: Results): Promise<string> {
  const { workflow, resultsDirectory: directory, environment } = run;
  const page = await runPage(environment);
  const summary = summaryMarkdown(results, page?.link);
  const texts: Record<keyof typeof FILES, string> = {
    results: `${JSON.stringify(page ? { ...results, run: page.link.url } : results, null, 2)}\n`,
    junit: junitXml(results),
    summary,
    badge: `${JSON.stringify(endpointBadge(results))}\n`,
  };
  for (const [name, file] of Object.entries(FILES) as [keyof typeof FILES, string][]) {
    const path = join(directory, file);
    await writeFile(path, texts[name]);
    workflow.output(name, path);
  }
  await writeFile(join(directory, BADGE_SVG), badgeSvg(results));
  const failed = results.actions.filter(({ expected }) => !expected).length;
  workflow.output("passed", results.actions.length - failed);
  workflow.output("failed", failed);
  return summary;
}

/** Says in the log and on lines of manifests what came of the run. */
export function announce(run: Run, results: Results, error: unknown): void {
  const { workflow } = run;
  if (results.actions.length > 0) workflow.say(resultsTable(results));
  const annotations =
    error instanceof ManifestError || error instanceof ProbeError
      ? annotationsOfProblems(error)
      : annotationsOf(results);
  for (const annotation of annotations) workflow.annotate(annotation);
}

/** Ends the step: it fails, with the reason, unless the results passed. */
export function conclude({ workflow, state }: Surroundings, results: Results): void {
  const reason = headline(results);
  workflow.output("outcome", results.outcome);
  workflow.output("reason", oneLine(reason));
  if (results.outcome === "passed") {
    workflow.say(reason);
    return;
  }
  state.change({ hasFailed: true });
  workflow.fail(reason);
}
