import type { Results } from "../../crds/types/results.ts";
import { type ActionResult, headline } from "../results.ts";
import { targetCount, targetName, took, verifiedWords } from "./evidence.ts";
import { escapeMarkdown, row } from "./markdown.ts";

/** A runner refuses a whole summary over 1 MiB (actions/runner, FileCommandManager), so ours stays well below. */
const LIMIT_BYTES = 900_000;
const EVIDENCE_CHARACTERS = 2000;
const COLUMNS = ["Action", "Role", "Verdict", "Expected", "Verified", "Targets", "Took"];

/** Where the results come from, for a reader who has only the file. */
export interface RunLink {
  text: string;
  url: string;
}

/**
 * Results as GitHub-flavoured Markdown for a job's summary: the outcome with its reason, a table, and each action's evidence
 * folded. Text from the cluster is shown as it is and never becomes markup. What does not fit is left out, and said to be.
 */
export function summaryMarkdown(results: Results, link?: RunLink): string {
  const budget = new Budget(LIMIT_BYTES);
  budget.add(`## Pystol: ${escapeMarkdown(cut(headline(results), 3000))}\n\n`);
  if (results.actions.length > 0) {
    budget.add(row(COLUMNS) + row(COLUMNS.map(() => "---")));
    budget.addAll(results.actions.map(tableRow), "rows");
    budget.add("\n");
    budget.addAll(results.actions.map(details), "actions' details");
  }
  budget.add(`${footer(results, link)}\n`);
  return budget.text;
}

function tableRow(result: ActionResult): string {
  return row([
    escapeMarkdown(`${result.namespace}/${result.name}`),
    escapeMarkdown(result.role),
    result.expected ? result.verdict : `**${result.verdict}**`,
    result.expected
      ? "yes"
      : `**no**, ${escapeMarkdown((result.expect ?? ["Passed"]).join(" or "))}`,
    verifiedWords(result),
    String(targetCount(result)),
    took(result),
  ]);
}

function details(result: ActionResult): string {
  const name = escapeMarkdown(`${result.namespace}/${result.name}`);
  const message = escapeMarkdown(cut(result.message, 2048)) || "no message";
  const targets = result.targets.map((target) =>
    row([
      escapeMarkdown(targetName(target)),
      escapeMarkdown(target.outcome ?? "-"),
      `<code>${escapeMarkdown(cut(JSON.stringify(target.evidence ?? {}), EVIDENCE_CHARACTERS))}</code>`,
    ]),
  );
  const omitted = result.targetsOmitted ? `${result.targetsOmitted} more targets\n\n` : "";
  const table =
    targets.length > 0
      ? `${row(["Target", "Outcome", "Evidence"])}${row(["---", "---", "---"])}${targets.join("")}\n`
      : "";
  const open = result.expected ? "" : " open";
  return `<details${open}><summary>${name}: ${result.verdict}</summary>\n\n${message}\n\n${table}${omitted}</details>\n\n`;
}

function footer(
  { cluster, startTime, completionTime }: Results,
  link: RunLink | undefined,
): string {
  const where = cluster
    ? `Cluster ${escapeMarkdown(cluster.name)}${cluster.serverVersion ? `, Kubernetes ${escapeMarkdown(cluster.serverVersion)}` : ""}. `
    : "";
  const from = link ? ` [${escapeMarkdown(link.text)}](<${encodeURI(link.url)}>)` : "";
  return `${where}${escapeMarkdown(startTime)} to ${escapeMarkdown(completionTime)}.${from}`;
}

function cut(text: string, characters: number): string {
  return text.length > characters
    ? `${text.slice(0, characters - 1).replace(/[\ud800-\udbff]$/, "")}…`
    : text;
}

/** Text that stays within a number of bytes. */
class Budget {
  text = "";
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  add(part: string): void {
    this.text += part;
    this.#left -= Buffer.byteLength(part);
  }

  /** Adds as many of the parts as fit, and a line on the others. */
  addAll(parts: readonly string[], what: string): void {
    const reserve = 2000; // for that line and the footer
    for (const [index, part] of parts.entries()) {
      if (Buffer.byteLength(part) > this.#left - reserve) {
        this.add(
          `\n${parts.length - index} more ${what} are left out here; results.json has all.\n`,
        );
        return;
      }
      this.add(part);
    }
  }
}
