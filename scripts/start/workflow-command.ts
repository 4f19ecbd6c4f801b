/** A command that an action writes to its output: ::error file=a.yaml,line=3::message. */
export interface WorkflowCommand {
  command: string;
  properties: Record<string, string>;
  message: string;
}

/**
 * The command in a line of output, or undefined if it is plain text. Like a runner it looks behind leading blanks.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function parseWorkflowCommand(line: string): WorkflowCommand | undefined {
  const match = /^[\s\u0085]*::([\w-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/s.exec(line);
  if (!match) return undefined;
  const [, command = "", properties = "", message = ""] = match;
  const pairs = properties.split(",").filter(Boolean);
  return {
    command,
    properties: Object.fromEntries(pairs.map((pair) => propertyOf(pair))),
    message: unescapeText(message),
  };
}

function propertyOf(pair: string): [string, string] {
  const equals = pair.indexOf("=");
  const value = unescapeText(pair.slice(equals + 1), { "%3A": ":", "%2C": "," });
  return [pair.slice(0, equals).trim(), value];
}

function unescapeText(text: string, more: Readonly<Record<string, string>> = {}): string {
  const table: Readonly<Record<string, string>> = { "%0D": "\r", "%0A": "\n", "%25": "%", ...more };
  return text.replace(/%(?:0D|0A|25|3A|2C)/g, (code) => table[code] ?? code);
}
