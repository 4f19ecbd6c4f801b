import { resultsFrom } from "../client/results.ts";
import type { Ending } from "../client/scenario/follow.ts";
import type { Results } from "../crds/types/results.ts";
import { keyOf } from "../kubernetes/resources.ts";
import type { Run } from "./context.ts";
import { messageOf } from "./messages.ts";
import type { State } from "./state.ts";
import { needsEvidence } from "./steps/faults.ts";

/** What came of a run, whether its steps came to their end or `error` kept them from it. */
export function resultsOf(run: Run, options: { error: unknown; completionTime: Date }): Results {
  const { cluster, ending, manifests } = run;
  const message = options.error === undefined ? undefined : messageOf(options.error);
  return resultsFrom({
    endings: manifests.map((manifest) => endingOf(run, manifest, message)),
    commands: ending.commands,
    probes: ending.probes,
    steps: run.steps,
    startTime: run.startTime,
    completionTime: options.completionTime,
    ...(cluster ? { cluster: { name: cluster.name, serverVersion: cluster.serverVersion } } : {}),
    message,
    requireEvidence: needsEvidence(run),
  });
}

function endingOf(run: Run, manifest: Ending["manifest"], message: string | undefined): Ending {
  const ending = run.ending.endings.find((each) => each.manifest === manifest);
  if (ending) return ending;
  const [reason = "no reason known"] = (message ?? "").split("\n", 1);
  const key = keyOf(manifest.action);
  const created = run.created.find((action) => keyOf(action) === key);
  if (!created) return { manifest, problem: `It was never created: ${reason}` };
  return { manifest, action: created, problem: `Its end was not waited for: ${reason}` };
}

/** What the uses of action/run in one job came to together. One that began and left no results was refused, or killed. */
export function together(
  { runs: all, runsBegun }: Pick<State, "runs" | "runsBegun">,
  completionTime: Date,
): Results {
  const [first] = all;
  const lost = runsBegun - all.length;
  const messages = [
    ...(lost > 0
      ? [
          `${lost} of ${runsBegun} uses of action/run came to no results; the logs of their steps say why.`,
        ]
      : []),
    ...all.flatMap(({ message }) => message ?? []),
  ];
  const nothing =
    "No step of this job ran any action: action/run leaves nothing for action/report to tell.";
  const steps = all.flatMap((each) => each.steps ?? []);
  const commands = all.flatMap((each) => each.commands ?? []);
  const probes = all.flatMap((each) => each.probes ?? []);
  return {
    schemaVersion: 1,
    outcome:
      first && lost === 0 && all.every(({ outcome }) => outcome === "passed") ? "passed" : "failed",
    ...(first ? {} : { message: nothing }),
    ...(messages.length > 0 ? { message: messages.join("\n") } : {}),
    startTime: first?.startTime ?? completionTime.toISOString(),
    completionTime: all.at(-1)?.completionTime ?? completionTime.toISOString(),
    ...(first?.cluster ? { cluster: first.cluster } : {}),
    ...(steps.length > 0 ? { steps } : {}),
    ...(commands.length > 0 ? { commands } : {}),
    ...(probes.length > 0 ? { probes } : {}),
    actions: all.flatMap(({ actions }) => actions),
  };
}
