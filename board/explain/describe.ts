import type { Explanation } from "./explain.ts";

type Line = readonly [name: string, value: string | undefined];

/** An explanation as lines for a person; `badge` is the badge drawn anew, where the terminal can show it. */
export function describe(explanation: Explanation, badge?: string): string {
  const { source, state, label, message, rule, confidence } = explanation;
  const lines: readonly Line[] = [
    ["state", state],
    ["label", label],
    ["message", message],
    ["rule", rule],
    ["confidence", `${Math.round(confidence * 100)} %`],
    ["conflict", explanation.conflict],
    ["provider", explanation.provider],
    ["color", explanation.color],
    ["ran at", explanation.ranAt],
    ["run", explanation.run],
    ["by", explanation.by],
  ];
  const told = lines.flatMap(([name, value = ""]) =>
    value === "" ? [] : [`  ${name.padEnd(NAME_WIDTH)}${printable(value)}`],
  );
  // The drawn badge holds our own colours, around words that have no control characters left.
  const drawn = badge === undefined ? [] : [`  ${badge}`];
  return [printable(source), ...drawn, ...told].join("\n");
}

const NAME_WIDTH = 12;

/** Control characters, for example in a file's name, may move a terminal's cursor. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "\ufffd");
}
