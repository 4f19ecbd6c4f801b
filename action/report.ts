import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Ending } from "../client/follow.ts";
import { ManifestError } from "../client/manifests/problem.ts";
import { junitXml } from "../client/report/junit.ts";
import { type RunLink, summaryMarkdown } from "../client/report/summary.ts";
import { resultsTable } from "../client/report/table.ts";
import { resultsFrom } from "../client/results.ts";
import type { Results } from "../crds/types/results.ts";
import type { Run } from "./run.ts";

/** A runner keeps ten error annotations of a step; the last is the failure's own. */
const ANNOTATIONS = 9;

/**
 * Writes results.json, junit.xml and summary.md, the job's summary, the outputs and the annotations; after a failure as after
 * a success. Returns the results.
 */
export async function report(
  run: Run,
  options: { error: unknown; completionTime: Date; link?: RunLink | undefined },
): Promise<Results> {
  const { workflow, resultsDirectory: directory, cluster } = run;
  const message = options.error === undefined ? undefined : messageOf(options.error);
  const results = resultsFrom({
    endings: run.manifests.map((manifest) => endingOf(run, manifest, message)),
    startTime: run.startTime,
    completionTime: options.completionTime,
    ...(cluster ? { cluster: { name: cluster.name, serverVersion: cluster.serverVersion } } : {}),
    message,
  });
  const summary = summaryMarkdown(results, options.link);
  const files = {
    results: {
      path: join(directory, "results.json"),
      text: `${JSON.stringify(results, null, 2)}\n`,
    },
    junit: { path: join(directory, "junit.xml"), text: junitXml(results) },
    summary: { path: join(directory, "summary.md"), text: summary },
  };
  for (const [name, { path, text }] of Object.entries(files)) {
    await writeFile(path, text);
    workflow.output(name, path);
  }
  const failed = results.actions.filter(({ expected }) => !expected).length;
  workflow.output("outcome", results.outcome);
  workflow.output("passed", results.actions.length - failed);
  workflow.output("failed", failed);
  if (results.actions.length > 0) workflow.say(resultsTable(results));
  annotate(run, results, options.error);
  await workflow.summary(summary);
  return results;
}

function endingOf(run: Run, manifest: Ending["manifest"], message: string | undefined): Ending {
  const ending = run.endings.find((each) => each.manifest === manifest);
  const [reason = "no reason known"] = (message ?? "").split("\n", 1);
  return ending ?? { manifest, problem: `It was never created: ${reason}` };
}

/** Marks the lines of the manifests that a reader has to look at. */
function annotate(run: Run, results: Results, error: unknown): void {
  const problems =
    error instanceof ManifestError
      ? error.problems.map(({ message, position }) => ({ title: "Manifest", message, position }))
      : run.endings.flatMap(({ manifest }) => {
          const index = run.manifests.indexOf(manifest);
          const result = results.actions[index];
          if (!result || result.expected) return [];
          const title = `${result.namespace}/${result.name}: ${result.verdict}`;
          return [{ title, message: result.message, position: manifest.positionOf([]) }];
        });
  for (const { title, message, position } of problems.slice(0, ANNOTATIONS)) {
    const place = position ? { file: position.file, line: position.line } : {};
    run.workflow.annotate(message || title, { title, ...place });
  }
  if (problems.length > ANNOTATIONS) {
    run.workflow.say(`${problems.length - ANNOTATIONS} more are not annotated.`);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
