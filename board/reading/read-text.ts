import { type Draft, nothing } from "./draft.ts";
import { judgeWords } from "./words/judge-words.ts";
import { tidy } from "./words/normalize.ts";

const LONGEST_TEXT = 100; // characters of a plain-text badge, for example Jenkins' /badge/text

/** Reads a badge given as plain words; `label` says what they are about, where the service does not. */
export function readText(text: string, label: string): Draft {
  const message = text.length <= LONGEST_TEXT * 2 ? tidy(text) : "";
  const said = message.length <= LONGEST_TEXT ? judgeWords(label, message) : undefined;
  if (said === undefined) return nothing("content: text that is not a status that we know");
  return { label, message, finding: { ...said, rule: `text: ${said.rule}` } };
}
