import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { formatSpan } from "../client/duration.ts";
import type { RunLink } from "../client/report/summary.ts";
import { headline } from "../client/results.ts";
import { parseInputs } from "./inputs.ts";
import { messageOf, report } from "./report.ts";
import type { Run, Step, Surroundings } from "./run.ts";
import { check } from "./steps/check.ts";
import { cluster } from "./steps/cluster.ts";
import { deploy } from "./steps/deploy.ts";
import { images } from "./steps/images.ts";
import { submit } from "./steps/submit.ts";
import { wait } from "./steps/wait.ts";

const STEPS: readonly Step[] = [check, cluster, images, deploy, submit, wait];

/**
 * The action's main phase: its steps in order until one fails, then the report. It fails the workflow's step, with the reason,
 * unless every action ended as expected.
 */
export async function runSteps(
  surroundings: Surroundings,
  options: { now: () => Date; link?: RunLink | undefined },
): Promise<void> {
  const { workflow, workspace, temp } = surroundings;
  await removeOldResults(surroundings);
  const inputs = parseInputs(surroundings.environment);
  const run: Run = {
    ...surroundings,
    inputs,
    resultsDirectory: await resultsDirectory(inputs.resultsDirectory, { workspace, temp }),
    startTime: options.now(),
    manifests: [],
    roles: [],
    endings: [],
  };
  const error = await firstFailure(run);
  await run.cluster?.client.close();
  const completionTime = options.now();
  const results = await workflow.group("Report", () =>
    report(run, { error, completionTime, link: options.link }),
  );
  workflow.say(`Results are in ${run.resultsDirectory}`);
  if (results.outcome === "passed") workflow.say(headline(results));
  else workflow.fail(headline(results));
}

async function firstFailure(run: Run): Promise<unknown> {
  for (const step of STEPS) {
    const reason = step.skip(run);
    if (reason !== undefined) {
      run.workflow.say(`${step.title}: skipped, ${reason}`);
      continue;
    }
    const began = performance.now();
    let failure: { error: unknown } | undefined;
    await run.workflow.group(step.title, async () => {
      try {
        run.signal.throwIfAborted();
        await step.run(run);
      } catch (error) {
        failure = { error };
        run.workflow.say(messageOf(error));
      }
    });
    const how = failure ? "failed after" : "done in";
    run.workflow.say(`${step.title}: ${how} ${formatSpan(performance.now() - began)}`);
    if (failure) return failure.error;
  }
  return undefined;
}

/** What an earlier step left in a given directory must not be taken for this one's, whatever becomes of this one. */
async function removeOldResults({ environment, workspace }: Surroundings): Promise<void> {
  const asked = environment["INPUT_RESULTS-DIRECTORY"]?.trim();
  if (!asked) return;
  for (const name of ["results.json", "junit.xml", "summary.md"]) {
    await rm(join(resolve(workspace, asked), name), { force: true });
  }
}

async function resultsDirectory(
  asked: string | undefined,
  { workspace, temp }: { workspace: string; temp: string },
): Promise<string> {
  if (asked === undefined) return mkdtemp(join(temp, "pystol-results-"));
  const directory = resolve(workspace, asked);
  await mkdir(directory, { recursive: true });
  return directory;
}
