import type { Results } from "../../crds/types/results.ts";
import { keyOf } from "../../kubernetes/resources.ts";
import type { Manifest } from "../manifests/parse.ts";
import type { CommandEnd, RunCommand } from "./command.ts";
import { coverageOf } from "./coverage.ts";
import { type Ending, type Followed, follow, type Watch } from "./follow.ts";
import { isActive } from "./judge.ts";

export type CommandResult = NonNullable<Results["commands"]>[number];

/** Something that watches while faults act, and that may find that they must not go on. */
export interface Vigil {
  /** Ends the watching. */
  stop(): Promise<void>;
}

export interface RoundOptions {
  watch: Watch;
  /** The user's command, which runs while the faults act. */
  command?: RunCommand | undefined;
  /** Whether the role of this name holds its fault until it is stopped. */
  isHeld: (role: string) => boolean;
  /** Begins to watch, from when the first fault acts; `onBreach` is to be called when the faults must end. */
  keepVigil?: ((onBreach: (why: string) => void) => Vigil) | undefined;
}

/**
 * Runs some actions at once. With a command: waits until every fault acts, runs it, and ends the faults. Returns an ending for
 * each manifest, in their order, and what the command came to.
 */
export async function runRound(
  manifests: readonly Manifest[],
  options: RoundOptions,
): Promise<{ endings: Ending[]; command?: CommandResult }> {
  const { watch, command, isHeld } = options;
  const followed = manifests.map((manifest) => follow(watch, manifest, isHeld(roleOf(manifest))));
  const stop = (some: readonly Followed[]) => Promise.all(some.map((each) => each.stop()));
  const breach = new AbortController();
  const vigil = beginVigil(followed, options, (why) => {
    if (breach.signal.aborted) return;
    watch.progress(`The faults are stopped: ${why}`);
    breach.abort(new Error(why));
    void stop(followed);
  });
  const names = manifests.map(({ action }) => keyOf(action));
  let ran: Ran | undefined;
  try {
    ran =
      command && (await runUnder(command, followed, { ...options, breach: breach.signal, names }));
  } finally {
    // A role that holds nothing ends by itself; to stop it would take its fault away.
    if (command) await stop(followed.filter((_, index) => isHeld(roleOf(manifests[index]))));
  }
  const endings = await Promise.all(followed.map(({ ended }) => ended));
  await vigil.stop();
  return { endings, ...(ran ? { command: commandResult(endings, ran, isHeld) } : {}) };
}

function roleOf(manifest: Manifest | undefined): string {
  return manifest?.action.spec.role ?? "";
}

/** Watches from when the first of the faults acts, if one does. */
function beginVigil(
  followed: readonly Followed[],
  { keepVigil }: RoundOptions,
  onBreach: (why: string) => void,
): Vigil {
  const acting = followed.map(async ({ active }) => {
    if ((await active) === undefined) throw new Error("it ended before its fault acted");
  });
  const vigil = Promise.any(acting).then(
    () => keepVigil?.(onBreach),
    () => undefined,
  );
  return { stop: async () => (await vigil)?.stop() };
}

/** What is known of a command that was to run under some faults. */
interface Ran {
  /** Why it never ran. */
  why?: string;
  end?: CommandEnd;
  /** For each action, when it was seen to act, and whether it still did when the command had ended. */
  faults: { activeMs: number; wasActive: boolean }[];
}

async function runUnder(
  command: RunCommand,
  followed: readonly Followed[],
  options: RoundOptions & { breach: AbortSignal; names: readonly string[] },
): Promise<Ran> {
  const { watch, isHeld, breach, names } = options;
  const active = await Promise.all(followed.map((each) => each.active));
  const missing = names.filter((_, index) => active[index] === undefined);
  if (missing.length > 0) {
    const isDry = followed.some((each) => each.last()?.spec.dryRun);
    const hint = isDry ? "; the fault of a dry run never acts" : "";
    const why = `it was not run, because ${missing.join(", ")} ended before the fault acted${hint}`;
    return { why, faults: [] };
  }
  watch.progress(`The fault acts (${names.join(", ")}); running the command`);
  const signal = AbortSignal.any([watch.signal, breach]);
  const end = await command({ actions: names, signal });
  await Promise.all(followed.map((each) => each.refresh()));
  const faults = followed.map((each, index) => {
    const action = each.last();
    const role = action?.spec.role ?? "";
    const wasActive = action !== undefined && !each.isOver() && isActive(action, isHeld(role));
    return { activeMs: active[index] ?? 0, wasActive };
  });
  return { end, faults };
}

function commandResult(
  endings: readonly Ending[],
  { why, end, faults }: Ran,
  isHeld: (role: string) => boolean,
): CommandResult {
  const actions = endings.map(({ manifest }) => keyOf(manifest.action));
  if (!end) {
    const message = why ?? "it was not run";
    return {
      ...{ actions, outcome: "failed", exitCode: null },
      ...{ seconds: 0, coveredSeconds: 0, message },
    };
  }
  const covers = endings.flatMap(({ action, manifest }, index) => {
    const fault = faults[index];
    if (!action || !fault || !isHeld(action.spec.role)) return [];
    return [{ name: keyOf(manifest.action), ...coverageOf(end, { ...fault, action }) }];
  });
  const least = covers.reduce((one, other) => (other.ms < one.ms ? other : one), {
    ms: Number.POSITIVE_INFINITY,
    isWhole: true,
    name: "",
  });
  const seconds = secondsOf(end.endedMs - end.beganMs);
  // A command that is ended ends for the same reason as its fault.
  const open = covers.filter(({ isWhole }) => !isWhole && !end.wasStopped);
  const uncovered = open.map(
    ({ name, ms }) =>
      `the fault of ${name} covered ${secondsOf(ms)} of its ${seconds} s: it ended before the command did`,
  );
  const problems = [...(end.problem ? [end.problem] : []), ...uncovered];
  return {
    actions,
    outcome: problems.length === 0 ? "passed" : "failed",
    exitCode: end.exitCode,
    startTime: end.startTime.toISOString(),
    completionTime: end.completionTime.toISOString(),
    seconds,
    coveredSeconds: covers.length === 0 ? null : secondsOf(least.ms),
    message: problems.join("; "),
  };
}

function secondsOf(ms: number): number {
  return Math.round(ms / 100) / 10;
}
