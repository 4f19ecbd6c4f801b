import { commonTone, judgeColor } from "./color/judge-color.ts";
import type { Reading, State, Verdict } from "./state.ts";
import { drawnWords } from "./svg/badge-words.ts";
import { judgeComments, judgeIds } from "./svg/marks.ts";
import { parseSvg, type Svg } from "./svg/parse-svg.ts";
import { judgeWords } from "./words/judge-words.ts";
import { type LabelAndMessage, splitTitle } from "./words/split-title.ts";

type Source = "text" | "aria-label" | "title" | "desc";

interface Heard extends LabelAndMessage {
  readonly source: Source;
  readonly verdict: Verdict | undefined;
}

/**
 * Reads an SVG badge: words first (drawn text, aria-label, title, desc), then ids and comments, then
 * colours. Ids, comments and colours count only where no text is drawn, so that words which we do not
 * understand are never overruled by a green. Throws NotSvgError.
 */
export function readSvg(xml: string): Reading {
  const svg = parseSvg(xml);
  const tone = commonTone(svg.colors);
  const drawn = drawnWords(svg);
  const heard = hear(svg, drawn, tone === "green");
  const first = heard.find(({ verdict }) => verdict !== undefined);
  const shown = drawn ?? first ?? heard[0] ?? { label: "", message: "" };
  const isDoubtful = tone === "red" || svg.hidesContent;
  const words = first && reconcile(first, heard, drawn, isDoubtful);
  const silent = words ?? judgeSilent(svg, heard.length > 0);
  const verdict = silent ?? { state: "unknown" as const, rule: nothingIn(shown) };
  return {
    label: shown.label,
    message: shown.message,
    state: verdict.state,
    rule: verdict.rule + contradiction(verdict.state, tone),
  };
}

function hear(svg: Svg, drawn: LabelAndMessage | undefined, isGreen: boolean): Heard[] {
  const label = drawn === undefined ? "" : drawn.label === "" ? drawn.message : drawn.label;
  const lines: Array<readonly [Source, string]> = [
    ["aria-label", svg.ariaLabel],
    ["title", svg.title],
    ["desc", svg.description],
  ];
  const sources: Array<{ source: Source } & LabelAndMessage> = lines
    .filter(([, line]) => line !== "")
    .map(([source, line]) => ({ source, ...splitTitle(line, label) }));
  if (drawn !== undefined) sources.unshift({ source: "text", ...drawn });
  return sources.map((words) => ({
    ...words,
    verdict: judgeWords(words.label, words.message, isGreen),
  }));
}

/**
 * Where sources disagree with a "passing", failing wins; any other contradiction leaves it unknown.
 * `isDoubtful` says that the picture is red or shows what was not read: a title alone does not outweigh that.
 */
function reconcile(
  first: Heard,
  heard: readonly Heard[],
  drawn: LabelAndMessage | undefined,
  isDoubtful: boolean,
): Verdict {
  const verdict = named(first);
  if (verdict.state !== "passing") return verdict;
  if (first.source !== "text" && isDoubtful) {
    return { state: "unknown", rule: `${verdict.rule}, but what is drawn is red or was not read` };
  }
  const others = heard.filter((other) => other !== first && other.verdict !== undefined);
  const failing = others.find((other) => other.verdict?.state === "failing");
  if (failing !== undefined) return named(failing);
  const contrary = others.find((other) => !isAgreeable(other.verdict?.state));
  if (contrary !== undefined) {
    return { state: "unknown", rule: `${verdict.rule}, but ${named(contrary).rule}` };
  }
  if (
    first.source !== "text" &&
    drawn !== undefined &&
    drawn.message !== "" &&
    !isLabelOnly(first, drawn)
  ) {
    return { state: "unknown", rule: `${verdict.rule}, but the text says "${drawn.message}"` };
  }
  return verdict;
}

const isAgreeable = (state: State | undefined) => state === "passing" || state === "info";

/** The drawn text is only the label, and the message is drawn as a picture. */
function isLabelOnly(heard: Heard, drawn: LabelAndMessage): boolean {
  return drawn.label === "" && drawn.message.toLowerCase() === heard.label.toLowerCase();
}

function named(heard: Heard): Verdict {
  const { state, rule } = heard.verdict ?? { state: "unknown", rule: "nothing" };
  return { state, rule: `${heard.source}: ${rule}` };
}

/**
 * What a badge without readable words says; nothing, if there may be words that were not read. A "passing" of
 * this kind gives way to red, and to a title that is not understood.
 */
function judgeSilent(svg: Svg, hasWords: boolean): Verdict | undefined {
  if (svg.hidesContent || svg.runs.length > 0) return undefined;
  const isDoubtful = hasWords || commonTone(svg.colors) === "red";
  const marks: ReadonlyArray<readonly [string, Verdict | undefined]> = [
    ["id", judgeIds(svg)],
    ["comment", judgeComments(svg)],
    ["color", judgeColor(svg.colors)],
  ];
  for (const [kind, verdict] of marks) {
    if (verdict === undefined || (isDoubtful && verdict.state === "passing")) continue;
    return { state: verdict.state, rule: `${kind}: ${verdict.rule}` };
  }
  return undefined;
}

function nothingIn({ label, message }: LabelAndMessage): string {
  const words = [label, message].filter((part) => part !== "").join(": ");
  if (words === "") return "none: no words, and no colour that stands for one state";
  return "none: the words are not a status that we know";
}

function contradiction(state: State, tone: string | undefined): string {
  if (state === "passing" && tone === "red") return ", although the badge is red";
  if (state === "failing" && tone === "green") return ", although the badge is green";
  return "";
}
