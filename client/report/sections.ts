import type { Results } from "../../crds/types/results.ts";
import { formatSpan } from "../duration.ts";
import type { ActionResult } from "../results.ts";
import { targetCount, targetName, took, undoneWords, verifiedWords } from "./evidence.ts";
import { cut, escapeMarkdown, heading, row } from "./markdown.ts";
import { exitWords } from "./wrongs.ts";

const EVIDENCE_CHARACTERS = 2000;
const MESSAGE_CHARACTERS = 2048;
/** In a table that is to be read at a glance. */
const CELL_CHARACTERS = 300;
const PASSED = "✅";
const FAILED = "❌";
const UNSURE = "⚠️";

/** A table of the actions: its head and its rows, as Markdown. */
export function actionRows({ actions }: Results): { head: string; rows: string[] } {
  return {
    head: heading(["", "Action", "Role", "Verdict", "Evidence", "Undone", "Targets", "Took"]),
    rows: actions.map((result) =>
      row([
        mark(result.expected, result.verdict === "Passed" && !result.verified),
        escapeMarkdown(`${result.namespace}/${result.name}`),
        escapeMarkdown(result.role),
        verdictCell(result),
        verifiedWords(result),
        result.recovered === false ? "**NO**" : undoneWords(result),
        String(targetCount(result)),
        took(result),
      ]),
    ),
  };
}

/** The user's commands, with how much of each the fault covered. */
export function commandRows({ commands = [] }: Results): { head: string; rows: string[] } {
  return {
    head: heading(["", "Your command", "Ended", "Took", "Under the fault", "Why it failed"]),
    rows: commands.map((command) =>
      row([
        mark(command.outcome === "passed"),
        escapeMarkdown(`run under ${command.actions.join(", ") || "no fault"}`),
        exitWords(command),
        formatSpan(command.seconds * 1000),
        coveredWords(command),
        escapeMarkdown(cut(command.message, CELL_CHARACTERS)) || "-",
      ]),
    ),
  };
}

/** The probes, each phase a row. */
export function probeRows({ probes = [] }: Results): { head: string; rows: string[] } {
  return {
    head: heading(["", "Probe", "Phase", "Failed checks", "Last failure"]),
    rows: probes.map(({ name, phase, outcome, checks, failures, message }) =>
      row([
        mark(outcome === "passed", checks === 0),
        escapeMarkdown(name),
        phase,
        `${failures} of ${checks}`,
        escapeMarkdown(cut(message, CELL_CHARACTERS)) || "-",
      ]),
    ),
  };
}

/** The parts of the run with their times, folded unless one failed. */
export function stepsDetails({ steps = [], startTime, completionTime }: Results): string {
  if (steps.length === 0) return "";
  const rows = steps.map(({ name, outcome, seconds, message = "" }) =>
    row([
      outcome === "skipped" ? "➖" : mark(outcome === "passed"),
      escapeMarkdown(name),
      outcome === "skipped" ? "skipped" : formatSpan(seconds * 1000),
      escapeMarkdown(cut(message, CELL_CHARACTERS)) || "-",
    ]),
  );
  const all = formatSpan(Date.parse(completionTime) - Date.parse(startTime));
  const open = steps.some(({ outcome }) => outcome === "failed") ? " open" : "";
  const table = `${heading(["", "Part", "Took", ""])}${rows.join("")}`;
  return `<details${open}><summary>Parts of the run, ${all} in all</summary>\n\n${table}\n</details>\n\n`;
}

/** What an action said and the evidence of each target, folded unless it is not as expected. */
export function actionDetails(result: ActionResult): string {
  const name = escapeMarkdown(`${result.namespace}/${result.name}`);
  const message = escapeMarkdown(cut(result.message, MESSAGE_CHARACTERS)) || "no message";
  const place = result.file
    ? `In ${escapeMarkdown(result.file)}${result.line ? `, line ${result.line}` : ""}.\n\n`
    : "";
  const targets = result.targets.map((target) =>
    row([
      escapeMarkdown(targetName(target)),
      escapeMarkdown(target.outcome ?? "-"),
      `<code>${escapeMarkdown(cut(JSON.stringify(target.evidence ?? {}), EVIDENCE_CHARACTERS))}</code>`,
    ]),
  );
  const omitted = result.targetsOmitted ? `${result.targetsOmitted} more targets\n\n` : "";
  const table =
    targets.length > 0 ? `${heading(["Target", "Outcome", "Evidence"])}${targets.join("")}\n` : "";
  const open = result.expected ? "" : " open";
  const title = `${mark(result.expected)} ${name}: ${escapeMarkdown(result.verdict)}`;
  return `<details${open}><summary>${title}</summary>\n\n${message}\n\n${place}${table}${omitted}</details>\n\n`;
}

function mark(isGood: boolean, isUnsure = false): string {
  if (!isGood) return FAILED;
  return isUnsure ? UNSURE : PASSED;
}

function verdictCell(result: ActionResult): string {
  const { expected, expect = ["Passed"] } = result;
  const verdict = escapeMarkdown(result.verdict);
  const asked = escapeMarkdown(expect.join(" or "));
  if (!expected) return `**${verdict}**, expected ${asked}`;
  return verdict === "Passed" ? verdict : `${verdict}, as expected`;
}

function coveredWords(command: NonNullable<Results["commands"]>[number]): string {
  const { coveredSeconds, seconds } = command;
  if (coveredSeconds === null) return "not held by this role";
  const part = seconds > 0 ? Math.floor(Math.min(coveredSeconds / seconds, 1) * 100) : 0;
  return `${formatSpan(coveredSeconds * 1000)}, ${part} %`;
}
