/**
 * The pairs in a file of GITHUB_OUTPUT, GITHUB_STATE or GITHUB_ENV: NAME=VALUE, or NAME<<DELIMITER, lines, DELIMITER. A later one of the same name wins.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#multiline-strings
 *
 * @throws if a line is neither, or a delimiter never comes, as a runner does.
 */
export function parseFileCommands(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === "") continue;
    const [, name, mark, rest] = /^([^=<]+?)(=|<<)(.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) {
      throw new Error(
        `A file command is ${JSON.stringify(line)}; expected NAME=VALUE or NAME<<DELIMITER.`,
      );
    }
    pairs[name] = mark === "=" ? rest : until(rest, lines);
  }
  return pairs;
}

function until(delimiter: string, lines: string[]): string {
  const end = lines.indexOf(delimiter);
  if (end < 0)
    throw new Error(`A file command never gets to its delimiter ${JSON.stringify(delimiter)}.`);
  const value = lines.splice(0, end + 1);
  return value.slice(0, -1).join("\n");
}
