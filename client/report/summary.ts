import type { Results } from "../../crds/types/results.ts";
import { formatSpan } from "../duration.ts";
import { Budget } from "./budget.ts";
import { cut, escapeMarkdown } from "./markdown.ts";
import { actionDetails, actionRows, commandRows, probeRows, stepsDetails } from "./sections.ts";
import { timelineMarkdown } from "./timeline.ts";
import { unverifiedCount, wrongsOf } from "./wrongs.ts";

/** A runner refuses a whole summary over 1 MiB (actions/runner, FileCommandManager), so ours stays well below. */
const LIMIT_BYTES = 900_000;
const REASON_CHARACTERS = 3000;
const OTHER_REASONS = 10;
const OTHER_REASON_CHARACTERS = 500;

/** Where the results come from, for a reader who has only the file. */
export interface RunLink {
  text: string;
  url: string;
}

/**
 * Results as GitHub-flavoured Markdown for a job's summary: the outcome with its reason, tables of the actions, the commands and
 * the probes, a timeline, and the evidence folded. Text from the cluster is shown as it is and never becomes markup. What does not
 * fit is left out, and said to be.
 */
export function summaryMarkdown(results: Results, link?: RunLink): string {
  const budget = new Budget(LIMIT_BYTES);
  budget.add(`## ${headingOf(results)}\n\n`);
  for (const paragraph of reasons(results)) budget.add(`${paragraph}\n\n`);
  addTable(budget, actionRows(results), "actions");
  addTable(budget, commandRows(results), "commands");
  addTable(budget, probeRows(results), "probes");
  const timeline = timelineMarkdown(results);
  if (timeline) budget.add(`${timeline}\n`);
  budget.addAll(results.actions.map(actionDetails), "actions' details");
  budget.addAll([stepsDetails(results)].filter(Boolean), "parts of the run");
  budget.add(`${footer(results, link)}\n`);
  return budget.text;
}

function headingOf(results: Results): string {
  if (results.outcome !== "passed") return "❌ Pystol: failed";
  if (results.actions.length === 0) return "➖ Pystol: nothing was run";
  return unverifiedCount(results) > 0 ? "⚠️ Pystol: passed, unverified" : "✅ Pystol: passed";
}

/** The reason in bold, then what else is wrong. */
function reasons(results: Results): string[] {
  if (results.outcome === "passed") return [countWords(results)];
  const [first = "", ...others] = wrongsOf(results);
  const listed = others
    .slice(0, OTHER_REASONS)
    .map((other) => `- ${escapeMarkdown(cut(other, OTHER_REASON_CHARACTERS))}`);
  const left = others.length - listed.length;
  if (left > 0) listed.push(`- and ${left} more`);
  return [
    `**${escapeMarkdown(cut(first, REASON_CHARACTERS)).trim()}**`,
    ...(listed.length > 0 ? [listed.join("\n")] : []),
    countWords(results),
  ];
}

function countWords(results: Results): string {
  const { actions, commands = [], probes = [] } = results;
  if (actions.length === 0 && results.outcome === "passed") return "No actions were asked for.";
  const unverified = unverifiedCount(results);
  const good = (outcomes: readonly { outcome: string }[]) =>
    outcomes.filter(({ outcome }) => outcome === "passed").length;
  return [
    `${actions.filter(({ expected }) => expected).length} of ${actions.length} actions ended as expected`,
    ...(unverified > 0 ? [`${unverified} of them without evidence`] : []),
    ...(commands.length > 0 ? [`${good(commands)} of ${commands.length} commands passed`] : []),
    ...(probes.length > 0 ? [`${good(probes)} of ${probes.length} probes held`] : []),
  ].join(" · ");
}

function addTable(budget: Budget, table: { head: string; rows: string[] }, what: string): void {
  if (table.rows.length === 0) return;
  budget.addAll([table.head + table.rows[0], ...table.rows.slice(1)], what);
  budget.add("\n");
}

function footer(
  { cluster, startTime, completionTime }: Results,
  link: RunLink | undefined,
): string {
  const where = cluster
    ? `Cluster ${escapeMarkdown(cluster.name)}${cluster.serverVersion ? `, Kubernetes ${escapeMarkdown(cluster.serverVersion)}` : ""}. `
    : "";
  const took = formatSpan(Date.parse(completionTime) - Date.parse(startTime));
  const from = link ? ` [${escapeMarkdown(link.text)}](<${encodeURI(link.url)}>)` : "";
  return `${where}${escapeMarkdown(startTime)} to ${escapeMarkdown(completionTime)}, ${took}.${from}`;
}
