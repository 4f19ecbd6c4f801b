import type { Results } from "../../crds/types/results.ts";
import type { ActionResult } from "../results.ts";
import { exitWords } from "./wrongs.ts";

/** A part of the timeline, in ms since the epoch. `label` begins with a word of ours. */
export interface Bar {
  section: string;
  label: string;
  /** As Mermaid calls them: what is over and of no interest, what matters, what went wrong. */
  look: "done" | "active" | "crit" | "plain";
  fromMs: number;
  toMs: number;
}

/** What of the results has a beginning and an end, in the order in which it is drawn. */
export function barsOf({ actions, commands = [], probes = [] }: Results): Bar[] {
  return [
    ...actions.flatMap(actionBars),
    ...commands.flatMap((command) =>
      bar({
        section: "Your command",
        label: `Command - ${exitWords(command)}`,
        look: command.outcome === "passed" ? "plain" : "crit",
        from: command.startTime,
        to: command.completionTime,
      }),
    ),
    ...probes.flatMap(({ name, phase, outcome, startTime, completionTime, failures, checks }) =>
      bar({
        section: `Probe ${name}`,
        label: outcome === "passed" ? `Held ${phase}` : `Breached ${phase} - ${failures}/${checks}`,
        look: outcome === "passed" ? "plain" : "crit",
        from: startTime,
        to: completionTime,
      }),
    ),
  ];
}

function actionBars(result: ActionResult): Bar[] {
  const { startTime, injectedTime, recoveredTime, completionTime, expected } = result;
  const section = `${result.namespace}/${result.name}`;
  const end = expected ? "active" : "crit";
  if (!injectedTime) {
    const label = `Ran ${result.role} - ${result.verdict}`;
    return bar({ section, label, look: end, from: startTime, to: completionTime });
  }
  const isUndone = result.recovered !== false;
  const held = {
    section,
    label: isUndone ? "Fault held" : "Fault held - end not seen",
    look: isUndone ? ("active" as const) : ("crit" as const),
    from: injectedTime,
    to: recoveredTime ?? completionTime,
  };
  return [
    ...bar({ section, label: "Started", look: "done", from: startTime, to: injectedTime }),
    ...bar(held),
    ...bar({
      section,
      label: `Ended ${result.verdict}`,
      look: expected ? "done" : "crit",
      from: recoveredTime,
      to: completionTime,
    }),
  ];
}

function bar(options: {
  section: string;
  label: string;
  look: Bar["look"];
  from: string | null | undefined;
  to: string | null | undefined;
}): Bar[] {
  const { from, to, ...rest } = options;
  const fromMs = Date.parse(from ?? "");
  const toMs = Date.parse(to ?? "");
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs)) return [];
  return [{ ...rest, fromMs, toMs: Math.max(fromMs, toMs) }];
}
