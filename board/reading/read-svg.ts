import { commonTone, judgeColor } from "./color/judge-color.ts";
import { hexOf } from "./color/parse-color.ts";
import type { Draft } from "./draft.ts";
import { CONFIDENCE, type Finding } from "./finding.ts";
import { type Settled, settle } from "./settle.ts";
import type { State } from "./state.ts";
import { drawnWords } from "./svg/badge-words.ts";
import { judgeComments, judgeIds } from "./svg/marks.ts";
import { parseSvg, type Svg } from "./svg/parse-svg.ts";
import { judgeWords } from "./words/judge-words.ts";
import { type LabelAndMessage, splitTitle } from "./words/split-title.ts";

type Source = "text" | "aria-label" | "title" | "desc";

interface Heard extends LabelAndMessage {
  readonly source: Source;
  readonly said: Finding | undefined;
}

/**
 * Reads an SVG badge: words first (drawn text, aria-label, title, desc), then ids and comments, then
 * colours. Ids, comments and colours count only where no text is drawn, so that words which we do not
 * understand are never overruled by a green. Throws NotSvgError.
 */
export function readSvg(xml: string): Draft {
  const svg = parseSvg(xml);
  const tone = commonTone(svg.colors);
  const drawn = drawnWords(svg);
  const heard = hear(svg, drawn, tone === "green");
  const first = heard.find(({ said }) => said !== undefined);
  const { label, message } = drawn ?? first ?? heard[0] ?? { label: "", message: "" };
  const isDoubtful = tone === "red" || svg.hidesContent;
  const agreed = first && reconcile(first, heard, drawn, isDoubtful);
  const words = agreed && uncovered(agreed, svg);
  const silent = words === undefined ? judgeSilent(svg, heard.length > 0) : undefined;
  const fills = words === undefined && !mayHoldWords(svg) ? svg.colors.map(hexOf) : undefined;
  return {
    label,
    message,
    finding: words?.finding ?? silent ?? nothingIn(label, message),
    ...(words?.conflict === undefined ? {} : { conflict: words.conflict }),
    ...(svg.messageColor === undefined ? {} : { color: hexOf(svg.messageColor) }),
    title: svg.title,
    ...(fills === undefined ? {} : { fills }),
    isSilent: label === "" && message === "" && (silent === undefined || isColor(silent)),
  };
}

const isColor = ({ rule }: Finding) => rule.startsWith("color:");
const mayHoldWords = (svg: Svg) =>
  svg.hidesContent || svg.covering !== undefined || svg.runs.length > 0;

function hear(svg: Svg, drawn: LabelAndMessage | undefined, isGreen: boolean): Heard[] {
  const label = drawn === undefined ? "" : drawn.label === "" ? drawn.message : drawn.label;
  const whole = drawn === undefined ? "" : `${drawn.label}: ${drawn.message}`;
  const heard: Heard[] = [];
  if (drawn !== undefined) heard.push(judged("text", drawn, isGreen));
  const lines: ReadonlyArray<readonly [Source, string]> = [
    ["aria-label", svg.ariaLabel],
    ["title", svg.title],
    ["desc", svg.description],
  ];
  for (const [source, line] of lines) {
    // Most badges say the same three times over.
    if (line !== "" && line !== whole) heard.push(judged(source, splitTitle(line, label), isGreen));
  }
  return heard;
}

function judged(source: Source, words: LabelAndMessage, isGreen: boolean): Heard {
  const said = judgeWords(words.label, words.message, isGreen);
  return { ...words, source, said: said && { ...said, rule: `${source}: ${said.rule}` } };
}

/**
 * What several sources of words say together: where they disagree with a "passing", failing wins, and any other
 * contradiction leaves it unknown. `isDoubtful` says that the picture is red or shows what was not read: a title
 * alone does not outweigh that.
 */
function reconcile(
  first: Heard,
  heard: readonly Heard[],
  drawn: LabelAndMessage | undefined,
  isDoubtful: boolean,
): Settled {
  const finding = first.said ?? nothingIn("", "");
  const others = heard.flatMap(({ said }) =>
    said === undefined || said === finding ? [] : [said],
  );
  const of = (state: State) => others.find((said) => said.state === state);
  const worst = of("failing");
  if (finding.state === "info" && worst !== undefined) return { finding: worst };
  if (finding.state !== "passing") return settle(finding, of("passing"));
  const contrary = worst ?? others.find(({ state }) => !isAgreeable(state));
  if (first.source !== "text" && isDoubtful) {
    return inDoubt(finding, "what is drawn is red or was not read");
  }
  if (contrary !== undefined) return settle(finding, contrary);
  const isUnheard = first.source !== "text" && drawn !== undefined && drawn.message !== "";
  if (isUnheard && !isLabelOnly(first, drawn)) {
    return inDoubt(finding, `the text says "${drawn.message}"`);
  }
  return { finding };
}

/** A passing is believed only where nothing may be drawn over it. */
function uncovered(settled: Settled, { covering }: Svg): Settled {
  if (settled.finding.state !== "passing" || covering === undefined) return settled;
  return inDoubt(settled.finding, `there is ${covering}`);
}

function inDoubt({ rule }: Finding, doubt: string): Settled {
  const finding = {
    state: "unknown" as const,
    rule: `${rule}, but ${doubt}`,
    confidence: CONFIDENCE.doubt,
  };
  return { finding, conflict: `passing (${rule}), but ${doubt}` };
}

const isAgreeable = (state: State | undefined) => state === "passing" || state === "info";

/** The drawn text is only the label, and the message is drawn as a picture. */
function isLabelOnly(heard: Heard, drawn: LabelAndMessage): boolean {
  return drawn.label === "" && drawn.message.toLowerCase() === heard.label.toLowerCase();
}

/**
 * What a badge without readable words says; nothing, if there may be words that were not read. A "passing" of
 * this kind gives way to red, and to a title that is not understood.
 */
function judgeSilent(svg: Svg, hasWords: boolean): Finding | undefined {
  if (mayHoldWords(svg)) return undefined;
  const isDoubtful = hasWords || commonTone(svg.colors) === "red";
  const marks: ReadonlyArray<readonly [string, Finding | undefined]> = [
    ["id", judgeIds(svg)],
    ["comment", judgeComments(svg)],
    ["color", judgeColor(svg.colors)],
  ];
  for (const [kind, said] of marks) {
    if (said === undefined || (isDoubtful && said.state === "passing")) continue;
    return { ...said, rule: `${kind}: ${said.rule}` };
  }
  return undefined;
}

function nothingIn(label: string, message: string): Finding {
  const rule =
    label === "" && message === ""
      ? "none: no words, and no colour that stands for one state"
      : "none: the words are not a status that we know";
  return { state: "unknown", rule, confidence: CONFIDENCE.nothing };
}
