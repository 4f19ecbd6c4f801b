import type { State } from "../state.ts";
import { judgeMessage } from "./judge-message.ts";
import { comparable, tidy } from "./normalize.ts";
import { stateOfWhole } from "./vocabulary.ts";

export interface LabelAndMessage {
  readonly label: string;
  readonly message: string;
}

const SEPARATORS = [": ", " - ", " | ", " – ", " — "];

/** Whether what stands before the last separator is no name but a result: "linux: failing, windows: passing". */
function saysMore(label: string): boolean {
  const pieces = label.split(/: | - | \| | – | — |[,;()]/u);
  // A workflow may be called "failing-tests"; a word by itself at the end is a result.
  if (pieces.length === 1 && /\b(?:not|never|no longer)\b/iu.test(label)) return true;
  if (pieces.length === 1) return !isGood(stateOfWhole(comparable(label.split(" ").at(-1) ?? "")));
  return pieces.some((piece) => !isGood(judgeMessage(piece)?.state));
}

const isGood = (state: State | undefined) =>
  state === undefined || state === "passing" || state === "info";

/**
 * Splits one line such as "build: passing" or "Build - Deploy - failing" into label and message: after
 * the known label if it begins with that, otherwise at the last separator. Without one it is all message.
 */
export function splitTitle(title: string, knownLabel = ""): LabelAndMessage {
  const line = tidy(title);
  if (knownLabel !== "" && line.toLowerCase().startsWith(knownLabel.toLowerCase())) {
    const rest = line.slice(knownLabel.length);
    if (rest === "" || /^\s*[:|–—-]\s*/u.test(rest)) {
      return { label: knownLabel, message: rest.replace(/^\s*[:|–—-]\s*/u, "") };
    }
  }
  let at = -1;
  let width = 0;
  for (const separator of SEPARATORS) {
    const found = line.lastIndexOf(separator);
    if (found > at) {
      at = found;
      width = separator.length;
    }
  }
  return at < 0 || saysMore(line.slice(0, at))
    ? { label: "", message: line.endsWith(":") ? "" : line }
    : { label: line.slice(0, at).trim(), message: line.slice(at + width).trim() };
}
