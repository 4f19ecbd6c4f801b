import type { KindPair, KindResults } from "../kind/results.ts";
import { quantile } from "../statistics.ts";
import { atMost, type Goal } from "./goal.ts";

/** The goals that need kubelets. */
export function kindGoals(kind: KindResults | undefined): Goal[] {
  if (!kind) return [];
  const { verdicts, injections, manyAtOnce } = kind;
  const ratios = (pairs: readonly KindPair[]) =>
    pairs.map(({ actionMs, jobMs }) => [actionMs, jobMs] as const);
  return [
    ...medians(verdicts),
    ...injectionGoal(injections),
    ...atMost(
      `kind: ${manyAtOnce.count} actions at once, to the last / ${manyAtOnce.count} bare Jobs (${manyAtOnce.failed.actions} and ${manyAtOnce.failed.jobs} of them failed)`,
      ratios(manyAtOnce.pairs),
      1.05,
    ),
  ];
}

function medians(pairs: readonly KindPair[]): Goal[] {
  if (pairs.length === 0) return [];
  const action = quantile(
    pairs.map(({ actionMs }) => actionMs),
    0.5,
  );
  const job = quantile(
    pairs.map(({ jobMs }) => jobMs),
    0.5,
  );
  const ratio = action / job;
  const isMet = ratio <= 0.5;
  return [
    {
      figure: "kind: create to verdict / a bare Job's create to Complete, p50",
      goal: "at most 0.50",
      measured: `${ratio.toFixed(2)}: ${seconds(action)} / ${seconds(job)}, of ${pairs.length}`,
      isMet,
      ...(isMet ? {} : { shortfall: `${((ratio / 0.5 - 1) * 100).toFixed(0)} % above` }),
    },
  ];
}

function injectionGoal(pairs: readonly KindPair[]): Goal[] {
  if (pairs.length === 0) return [];
  const more = quantile(
    pairs.map(({ actionMs, jobMs }) => actionMs - jobMs),
    0.5,
  );
  const isMet = more <= 1000;
  return [
    {
      figure: "kind: create to injected, beyond a bare Job's container start, p50",
      goal: "at most 1.00 s",
      measured: `${seconds(more)}, of ${pairs.length}`,
      isMet,
      ...(isMet ? {} : { shortfall: `${seconds(more - 1000)} above` }),
    },
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
