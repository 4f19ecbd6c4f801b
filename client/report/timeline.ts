import type { Results } from "../../crds/types/results.ts";
import { formatSpan } from "../duration.ts";
import { type Bar, barsOf } from "./bars.ts";

const MOST_ROWS = 40;
/** What is drawn where not all can be: first what went wrong, last what is of no interest. */
const RANK: Readonly<Record<Bar["look"], number>> = { crit: 0, active: 1, plain: 1, done: 2 };
const NAME_CHARACTERS = 40;
/** Of the names at the left, in the size in which Mermaid draws them; without room for them they run into the bars. */
const CHARACTER_PIXELS = 6.2;
/** A day without a change of clocks in any time zone. Mermaid reads and shows times in the reader's own. */
const DAY = "2001-01-01";

/**
 * The run as a Mermaid gantt in a fenced block, which GitHub draws: for each action how it started, for how long its fault held and
 * how long its end took; the user's commands; the probes. The axis counts from the start of the run. Empty where nothing has a
 * time. Of strangers' text only letters, digits and a few signs come into it, never at the beginning of a line.
 * https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams
 * https://mermaid.js.org/syntax/gantt.html
 */
export function timelineMarkdown(results: Results): string {
  const all = barsOf(results);
  const kept = [...all].sort((one, other) => RANK[one.look] - RANK[other.look]).slice(0, MOST_ROWS);
  const bars = all.filter((bar) => kept.includes(bar));
  if (bars.length === 0) return "";
  const origin = Math.min(Date.parse(results.startTime), ...bars.map(({ fromMs }) => fromMs));
  const lastMs = Math.max(...bars.map(({ toMs }) => toMs)) - origin;
  const omitted = all.length - bars.length;
  const left = omitted > 0 ? `\n${omitted} more bars are left out of the picture.\n` : "";
  const longest = Math.max(...bars.map(({ section }) => mermaidText(section).length));
  const leftPadding = Math.max(75, Math.ceil(longest * CHARACTER_PIXELS) + 20);
  return [
    "```mermaid",
    `%%{init: {"gantt": {"leftPadding": ${leftPadding}}}}%%`,
    "gantt",
    "  dateFormat YYYY-MM-DD HH:mm:ss.SSS",
    `  axisFormat ${lastMs < 3_600_000 ? "%M:%S" : "%H:%M:%S"}`,
    "  todayMarker off",
    ...linesOf(bars, origin),
    "```",
    left,
  ].join("\n");
}

function linesOf(bars: readonly Bar[], origin: number): string[] {
  const lines: string[] = [];
  let section: string | undefined;
  for (const { section: next, label, look, fromMs, toMs } of bars) {
    if (next !== section) lines.push(`  section ${mermaidText(next)}`);
    section = next;
    const text = `${mermaidText(label)} (${formatSpan(toMs - fromMs)})`;
    // A bar of no length at all could not be seen.
    const to = Math.max(toMs, fromMs + 1);
    const tag = look === "plain" ? "" : `${look}, `;
    lines.push(`  ${text} :${tag}${clock(fromMs - origin)}, ${clock(to - origin)}`);
  }
  return lines;
}

/** A moment of the drawn day, to the millisecond; what is longer than the day ends with it. */
function clock(ms: number): string {
  const within = Math.min(Math.max(Math.round(ms), 0), 86_399_999);
  return `${DAY} ${new Date(within).toISOString().slice(11, 23)}`;
}

/**
 * Text as Mermaid can take it anywhere after the first word of a line: what ends a statement, begins a comment, a directive or an
 * entity, or separates a label from its data becomes a space.
 */
function mermaidText(text: string): string {
  const plain = text
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N}\-_./() ]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  const short = [...plain].slice(0, NAME_CHARACTERS).join("");
  return short.length < plain.length ? `${short.trimEnd()}...` : short || "-";
}
