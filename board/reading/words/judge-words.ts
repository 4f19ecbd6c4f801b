import { CONFIDENCE, type Finding } from "../finding.ts";
import { endsBadly } from "./ends-badly.ts";
import { isInformingLabel, judgeInformation } from "./information.ts";
import { judgeByLabel } from "./judge-by-label.ts";
import { judgeMessage } from "./judge-message.ts";
import { comparable } from "./normalize.ts";
import { type Token, tokensOf } from "./tokens.ts";
import { COUNTED, stateOfWhole } from "./vocabulary.ts";

/**
 * What a label and a message say together, or undefined where they hold nothing that we understand.
 * The label is never judged by itself: a workflow called "failing-tests" may pass. It gives a number
 * its scale, and under one that only informs ("license") a sentence is no result.
 */
export function judgeWords(label: string, message: string, isGreen = false): Finding | undefined {
  const scaled = judgeByLabel(label, message);
  if (scaled !== undefined) return scaled;
  const said = judgeMessage(wholeMessage(label, message), isGreen);
  if (said?.state === "passing" && endsBadly(label) && !isTally(comparable(label))) {
    return {
      state: "unknown",
      rule: `${said.rule}, but the label ends in a result, a doubt or a denial`,
      confidence: CONFIDENCE.doubt,
    };
  }
  if (said !== undefined && !(isInformingLabel(label) && isOverruled(said, message))) return said;
  return judgeInformation(label, message);
}

/** Under an informing label only bad news and exact status words count ("release: stable" does not). */
function isOverruled(said: Finding, message: string): boolean {
  if (said.state === "failing" || said.state === "unknown") return false;
  const exact = stateOfWhole(comparable(message));
  return exact === undefined || VAGUE.has(comparable(message));
}

const VAGUE = new Set("stable live published deployed ready ok green up".split(" "));

const HEALTH = /^(?:healthy|progressing|degraded|suspended|missing|unknown|not found)$/u;
const SYNC = /^(?:synced|out ?of ?sync|unknown)\b/u;

/**
 * The words that are judged. A label is a name and stays out, but for two: Argo CD draws an application's health
 * where others have the label (https://argo-cd.readthedocs.io/en/stable/user-guide/status-badge/), and "3 failed" names nothing.
 */
function wholeMessage(label: string, message: string): string {
  const name = comparable(label);
  const said = comparable(message);
  const isArgo = (HEALTH.test(name) && SYNC.test(said)) || (SYNC.test(name) && HEALTH.test(said));
  return isArgo || isTally(name) ? `${label}, ${message}` : withNegation(label, message);
}

const LONGEST_TALLY = 60; // characters

const isFigure = ({ kind }: Token) =>
  kind === "number" || kind === "fraction" || kind === "percent";

/** Whether a label is a count and no name: "3 failed" and "0 tests", not "error 404 page". */
function isTally(name: string): boolean {
  if (name.length > LONGEST_TALLY) return false;
  const tokens = tokensOf(name);
  const isResult = ({ kind, text }: Token) =>
    kind !== "word" || COUNTED.has(text) || stateOfWhole(text) !== undefined;
  return tokens.some(isFigure) && tokens.every(isResult);
}

/** A label that ends in "not" belongs to the message: the badge reads "not | passing". */
function withNegation(label: string, message: string): string {
  const last = comparable(label).split(" ").at(-1) ?? "";
  return /^(?:not|no|never|isn't|un|non)$/u.test(last) ? `${last} ${message}` : message;
}
