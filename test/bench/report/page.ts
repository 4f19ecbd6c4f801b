import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sectionOf, withSection } from "../../../scripts/test/report-section.ts";
import type { Results } from "../results.ts";
import { BOUNDS } from "./bounds.ts";
import { goalsOf } from "./goals.ts";
import { plotsOf } from "./plots.ts";
import { burstTable, restartTable, writesTable } from "./tables.ts";

/** Writes performance.md and its plots, in the folder performance, into the folder of the documentation. The section on the action stays. */
export async function writePage(results: Results, docs: string): Promise<void> {
  const plots = plotsOf(results);
  await mkdir(join(docs, "performance"), { recursive: true });
  for (const [name, text] of plots) await writeFile(join(docs, "performance", name), text);
  const file = join(docs, "performance.md");
  const action = sectionOf(await readFile(file, "utf8"), "action");
  const page = `${pageOf(results, [...plots.keys()])}\n## The GitHub Action\n\n<!-- begin action -->\n<!-- end action -->\n`;
  await writeFile(file, withSection(page, "action", action));
}

/** The page as Markdown. */
export function pageOf(results: Results, plots: readonly string[]): string {
  const { command, startedAt, commit, machine, kubernetes, actions, inFlight } = results;
  const goals = goalsOf(results).map(({ figure, goal, measured, isMet, shortfall }) =>
    row([figure, goal, measured, isMet ? "met" : `**missed**: ${shortfall}`]),
  );
  const rounds = Math.max(0, ...results.bursts.map(({ round }) => round));
  return `${[
    "# Performance",
    "",
    `This page is written by \`${command}\`. Measured on ${startedAt.slice(0, 16).replace("T", " ")} UTC at commit ${commit}, on ${machine}, Kubernetes ${kubernetes}.`,
    "",
    `Load, observer, API server, etcd, controller manager and operator share the machine. So no time stands alone: a goal is a ratio between measurements that were made soon after each other, as the geometric mean over ${rounds} rounds with its 95 % confidence interval.`,
    "",
    "## Goals",
    "",
    row(["figure", "goal", "measured", ""]),
    row(["---", "---", "---", "---"]),
    ...goals,
    "",
    "## What bounds them",
    "",
    BOUNDS,
    "",
    "## A burst",
    "",
    `A load generator creates ${actions.toLocaleString("en")} actions, ${inFlight} in flight; an observer watches until each is Starting. Each competitor runs on a fresh control plane, in an order drawn for each round, under the operator's own account, so that the guards cost all of them the same, and makes the writes that were recorded of ours at the beginning. The ceiling is the load generator itself, which makes those writes after each creation, without watching anything.`,
    "",
    ...burstTable(results),
    "",
    ...plots.flatMap((name) => [`![${titleOf(name)}](performance/${name})`, ""]),
    "## Requests for one action",
    "",
    "What the operator asks of the API server until an action is Starting and its Job is there. [Who writes what](architecture.md#who-writes-what) has the reason of each write, and those that follow.",
    "",
    ...writesTable(results),
    "",
    "## Restarts",
    "",
    "The operator is started while an action waits: until the Job of that action is there, and the memory that it then settles on.",
    "",
    ...restartTable(results),
    "",
    "## The competitors",
    "",
    "| name | what it is |",
    "| --- | --- |",
    "| ours | the bundle of the operator's image, with the image's flags for Node.js; leader election is off where it is compared |",
    "| client-go | [`test/bench/go-operator`](../test/bench/go-operator): client-go 0.34 with informers on the same types with the same selectors and without managedFields, a rate-limited queue that holds a key once, 32 workers, no client-side rate limit, protobuf for built-in types |",
    "| client-node | [`test/bench/naive`](../test/bench/naive/main.ts): informers and typed API of the official JavaScript client |",
    "| kopf | [`test/bench/kopf-operator`](../test/bench/kopf-operator/operator.py): a creation handler of kopf with the official Python client, 32 threads |",
    "| ceiling | [`test/bench/load`](../test/bench/load/main.ts): undici, as many in flight as there are creations |",
  ].join("\n")}\n`;
}

function titleOf(file: string): string {
  return (
    { "throughput.svg": "Throughput", "latency.svg": "Latency", "cpu.svg": "CPU time" }[file] ??
    "Memory"
  );
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
