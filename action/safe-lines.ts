/**
 * Text as a log may show it: a line that a runner would read as a workflow command, "::error::..." or the older "##[error]...",
 * is changed so far that it is none. Text from a cluster must not set outputs or hide what follows.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function safeLines(text: string): string {
  return text
    .split(/\r\n|[\n\r]/)
    .map((line) => line.replace(/^(?=[\s\u0085]*::)/, "> ").replaceAll("##[", "# #["))
    .join("\n");
}
