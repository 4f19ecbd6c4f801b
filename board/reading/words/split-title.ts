import { tidy } from "./normalize.ts";

export interface LabelAndMessage {
  readonly label: string;
  readonly message: string;
}

const SEPARATORS = [": ", " - ", " | ", " – ", " — "];

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
  return at < 0
    ? { label: "", message: line.endsWith(":") ? "" : line }
    : { label: line.slice(0, at).trim(), message: line.slice(at + width).trim() };
}
