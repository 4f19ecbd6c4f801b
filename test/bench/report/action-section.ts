import { overheadOf, type Phases } from "../action/phases.ts";
import { quantile } from "../statistics.ts";

/** One round: both, one after the other. */
export interface ActionRound {
  action: Phases;
  hand: Phases;
}

const ROWS: readonly [string, (phases: Phases) => number][] = [
  ["cluster", ({ cluster }) => cluster],
  ["images", ({ images }) => images],
  ["deployment", ({ deploy }) => deploy],
  ["the action's own run", ({ action }) => action],
  ["everything else", (phases) => overheadOf(phases) - phases.deploy],
  ["total", ({ total }) => total],
  ["overhead: all but cluster, images and the action's own run", overheadOf],
];

/** The section on the GitHub Action as Markdown: medians of the rounds with their extremes, in seconds. */
export function actionSection(
  rounds: readonly ActionRound[],
  about: {
    command: string;
    commit: string;
    machine: string;
    startedAt: string;
    start: readonly number[];
  },
): string {
  const cell = (values: readonly number[]) =>
    `${quantile(values, 0.5).toFixed(1)} (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
  const rows = ROWS.map(([name, of]) => {
    const both = [rounds.map(({ action }) => of(action)), rounds.map(({ hand }) => of(hand))];
    return `| ${name} | ${both.map(cell).join(" | ")} |`;
  });
  const overhead = quantile(
    rounds.map(({ action }) => overheadOf(action)),
    0.5,
  );
  const goal = overhead <= 5 ? "met" : `**missed** by ${(overhead - 5).toFixed(1)} s`;
  return [
    `Written by \`${about.command}\`. Measured on ${about.startedAt.slice(0, 16).replace("T", " ")} UTC at commit ${about.commit}, on ${about.machine}.`,
    "",
    `One action on a new kind cluster of one node: by the GitHub Action in one step, and by a script of kind create, kind load, kubectl apply and kubectl wait. ${rounds.length} rounds, both in each, in turns; median and extremes in seconds. The action also waits until the guards deny what they must, checks its manifests before and after, and writes its reports, which the script does not. It lays the groundwork of the deployment while images load: that is in its row of images.`,
    "",
    "| | the action | by hand |",
    "| --- | --- | --- |",
    ...rows,
    "",
    `Overhead of the action: ${overhead.toFixed(1)} s, goal 5 s: ${goal}.`,
    "",
    `The bundle starts, reads its inputs and refuses one in ${cell(about.start)} s (${about.start.length} starts, process and all), goal 0.3 s.`,
  ].join("\n");
}
