import type { Results } from "../../crds/types/results.ts";
import type { Client } from "../../kubernetes/client.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import { keyOf, type PystolAction, pystolRoles } from "../../kubernetes/resources.ts";
import type { Manifest } from "../manifests/parse.ts";
import type { Progress } from "../progress.ts";
import type { RunCommand } from "./command.ts";
import { type Ending, reasonOf } from "./follow.ts";
import { Lookout } from "./lookout.ts";
import { type CommandResult, runRound, type Vigil } from "./round.ts";

export type ProbeResult = NonNullable<Results["probes"]>[number];

/** What watches a system before, while and after faults act. */
export interface Probes {
  /** Resolves when each has succeeded, or has failed as often as it may. */
  settle(phase: "before" | "after", signal: AbortSignal): Promise<ProbeResult[]>;
  /** Begins to watch; `stop` resolves to what each saw. */
  begin(options: { onBreach: (why: string) => void; signal: AbortSignal }): {
    stop(): Promise<ProbeResult[]>;
  };
}

export interface ScenarioOptions {
  /** One action after another, in the order of the manifests, or all at once. */
  mode: "sequence" | "parallel";
  /** Whether those that come after a failure are not run. */
  failFast: boolean;
  /** Runs in a sequence under each fault, in parallel once under all. */
  command?: RunCommand | undefined;
  probes?: Probes | undefined;
  /** How long all of it may take. */
  timeoutMs: number;
  progress: Progress;
  signal?: AbortSignal | undefined;
  onCreated: (action: PystolAction) => void;
  /** Whether what came of an action is what its author wants. */
  isExpected: (ending: Ending) => boolean;
}

export interface ScenarioEnding {
  /** One for each manifest, in their order. */
  endings: Ending[];
  commands: CommandResult[];
  probes: ProbeResult[];
}

/**
 * Runs actions, the user's command under their faults, and probes around them. Never throws for what happens to an action, a
 * command or a probe. A breached probe ends all: nothing that comes after it is created.
 */
export async function runScenario(
  client: Client,
  manifests: readonly Manifest[],
  options: ScenarioOptions,
): Promise<ScenarioEnding> {
  const { mode, probes, progress } = options;
  const tooLong = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, tooLong]) : tooLong;
  const held = await heldRoles(client, manifests);
  const lookout = new Lookout(client, progress);
  const watch = { client, lookout, progress, signal, onCreated: options.onCreated };
  const ending: ScenarioEnding = { endings: [], commands: [], probes: [] };
  try {
    ending.probes.push(...((await probes?.settle("before", signal)) ?? []));
    const rounds = mode === "parallel" ? [manifests] : manifests.map((manifest) => [manifest]);
    for (const round of rounds) {
      const why = whyNot(ending, signal, options);
      if (why) {
        ending.endings.push(...round.map((manifest) => ({ manifest, problem: why })));
        continue;
      }
      const done = await runRound(round, {
        ...{ watch, command: options.command, isHeld: (role: string) => held.has(role) },
        keepVigil: probes && ((onBreach) => vigilOf(probes, ending, { onBreach, signal })),
      });
      ending.endings.push(...done.endings);
      if (done.command) ending.commands.push(done.command);
    }
    // Where no fault ever acted, what was to be asked under one was not, and that is no pass.
    const isAsked = ending.probes.some(({ phase }) => phase === "during");
    if (probes && !isAsked && !isTold(ending)) {
      const never = AbortSignal.abort(new Error("no fault acted"));
      await vigilOf(probes, ending, { onBreach: () => undefined, signal: never }).stop();
    }
    // What ended the run is told once; where nothing else tells it, probes that were not asked do.
    if (!signal.aborted || !isTold(ending))
      ending.probes.push(...((await probes?.settle("after", signal)) ?? []));
    return ending;
  } finally {
    await lookout.close();
  }
}

/** Whether any part says itself that it has no good end. */
function isTold({ endings, commands, probes }: ScenarioEnding): boolean {
  return (
    endings.some(({ problem }) => problem !== undefined) ||
    commands.some(({ outcome }) => outcome === "failed") ||
    probes.some(({ outcome }) => outcome === "breached")
  );
}

/** Why the next action is not created, if so. */
function whyNot(
  { endings, commands, probes }: ScenarioEnding,
  signal: AbortSignal,
  { failFast, isExpected }: ScenarioOptions,
): string | undefined {
  if (signal.aborted) return `It was never created: ${reasonOf(signal)}`;
  const breached = probes.find(({ outcome }) => outcome === "breached");
  if (breached) {
    return `It was never created: the probe "${breached.name}" was breached ${breached.phase} the faults`;
  }
  if (!failFast) return undefined;
  const failed = endings.find((ending) => !isExpected(ending));
  if (failed) {
    return `It was never created: ${keyOf(failed.manifest.action)} failed before, and "fail-fast" is true`;
  }
  const command = commands.find(({ outcome }) => outcome === "failed");
  return command && `It was never created: the command failed before, and "fail-fast" is true`;
}

function vigilOf(
  probes: Probes,
  ending: ScenarioEnding,
  options: { onBreach: (why: string) => void; signal: AbortSignal },
): Vigil {
  const running = probes.begin(options);
  return {
    stop: async () => {
      for (const seen of await running.stop()) addTo(ending.probes, seen);
    },
  };
}

/** In a sequence the same probe watches one action after another; what it saw is added up. */
function addTo(all: ProbeResult[], seen: ProbeResult): void {
  const index = all.findIndex(({ name, phase }) => name === seen.name && phase === seen.phase);
  const before = all[index];
  if (!before) {
    all.push(seen);
    return;
  }
  const isBreached = before.outcome === "breached" || seen.outcome === "breached";
  all[index] = {
    ...seen,
    ...(before.startTime ? { startTime: before.startTime } : {}),
    outcome: isBreached ? "breached" : "passed",
    checks: before.checks + seen.checks,
    failures: before.failures + seen.failures,
    message: before.outcome === "breached" ? before.message : seen.message || before.message,
  };
}

/** Those of the manifests' roles that hold their fault. One that may not be read is taken for one that does: then it must be seen to act. */
async function heldRoles(client: Client, manifests: readonly Manifest[]): Promise<Set<string>> {
  const names = new Set(manifests.map(({ action }) => action.spec.role));
  const held = await Promise.all(
    [...names].map(async (name) => {
      try {
        return (await client.get(pystolRoles, { name })).spec.phased ? [name] : [];
      } catch (error) {
        // The operator says that there is no such role; nothing of it will ever act.
        if (hasReason(error, "NotFound") || hasReason(error, "Forbidden")) return [name];
        throw error;
      }
    }),
  );
  return new Set(held.flat());
}
