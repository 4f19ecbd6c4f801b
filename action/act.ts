import { headline } from "../client/results.ts";
import { commentResults } from "./comment-results.ts";
import type { Run, Surroundings } from "./context.ts";
import { diagnose } from "./diagnose.ts";
import { parseInputs } from "./inputs/parse.ts";
import { oneLine } from "./messages.ts";
import { announce, conclude, resultsDirectory, writeResults } from "./report.ts";
import { resultsOf, together } from "./results-of.ts";
import { runSteps } from "./run-steps.ts";
import { STEPS } from "./steps-of.ts";

/** The main phase of a piece: its steps in order until one fails, then what it has to report. */
export async function act(surroundings: Surroundings, now: () => Date): Promise<void> {
  const { piece, environment, state, workflow } = surroundings;
  const asked = environment["INPUT_RESULTS-DIRECTORY"]?.trim();
  const directory = await resultsDirectory(asked, surroundings);
  const run: Run = {
    ...surroundings,
    inputs: parseInputs(environment, piece),
    resultsDirectory: directory,
    startTime: now(),
    ...{ manifests: [], probes: [], created: [], steps: [] },
    ending: { endings: [], commands: [], probes: [] },
  };
  if (piece === "report") return reportAll(run, now);
  const error = await runSteps(STEPS[piece], run);
  const results = resultsOf(run, { error, completionTime: now() });
  if (piece === "run") state.change({ runs: [...state.get().runs, results] });
  if (piece !== "setup") {
    const summary = await writeResults(run, results);
    announce(run, results, error);
    // In a job of pieces action/report is the one that tells the job.
    if (piece === "all") await workflow.summary(summary);
    if (piece === "all") await commentResults(run, summary);
    workflow.say(`Results are in ${directory}`);
  }
  if (results.outcome === "failed" && piece !== "run") await diagnose(run);
  await run.cluster?.client.close();
  conclude(run, results);
}

/** What the uses of action/run came to together; they have failed the job already, where it is to fail. */
async function reportAll(run: Run, now: () => Date): Promise<void> {
  const { state, workflow } = run;
  const results = together(state.get(), now());
  const summary = await writeResults(run, results);
  await workflow.summary(summary);
  await commentResults(run, summary);
  if (results.outcome === "failed" || state.get().hasFailed) await diagnose(run);
  workflow.output("outcome", results.outcome);
  workflow.output("reason", oneLine(headline(results)));
  workflow.say(headline(results));
}
