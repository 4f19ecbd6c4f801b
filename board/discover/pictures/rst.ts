import { type Picture, type Range, type Written, written } from "./picture.ts";

interface Line {
  readonly text: string;
  readonly start: number;
  readonly indent: number;
}

const IMAGE = /^\s*\.\.\s+(?:\|[^|]+\|\s+)?(?:image|figure)::\s*(\S+)/u;
const OPTION = /^\s*:([a-z]+):\s*(.*)$/u;
/** What opens a block whose indented lines are no markup: code, raw text, a comment, a paragraph that ends in "::". */
const LITERAL =
  /^\s*(?:\.\.\s+(?:code|code-block|sourcecode|highlight|literalinclude|parsed-literal|raw|math)::|\.\.\s+(?!_|\||\[|[\w-]+::)\S|\.\.\s*$|(?!\.\.\s).*::\s*$)/u;

/**
 * The pictures of a reStructuredText page: `image` and `figure`, also as substitutions, from top to bottom.
 * https://docutils.sourceforge.io/docs/ref/rst/directives.html#images
 */
export function picturesInRst(page: string): Picture[] {
  const lines = linesOf(page);
  const targets = targetsIn(lines, page);
  const pictures: Picture[] = [];
  let literal = Number.POSITIVE_INFINITY; // lines that are indented deeper are no markup
  for (const [at, line] of lines.entries()) {
    if (line.text.trim() === "") continue;
    if (line.indent > literal) continue;
    const address = IMAGE.exec(line.text)?.[1];
    literal = LITERAL.test(line.text) ? line.indent : Number.POSITIVE_INFINITY;
    if (address !== undefined) pictures.push(pictureAt(page, lines, at, address, targets));
  }
  return pictures;
}

function pictureAt(
  page: string,
  lines: readonly Line[],
  at: number,
  address: string,
  targets: ReadonlyMap<string, Written>,
): Picture {
  const line = lines[at] ?? { text: "", start: 0, indent: 0 };
  const options = optionsOf(lines, at);
  const target = options.get("target");
  const alt = options.get("alt")?.value ?? "";
  const end = line.start + line.text.length;
  const margin = " ".repeat(line.indent + 3);
  const link = target && linkOf(target, page, targets);
  return {
    form: "rst",
    source: written(page, address, page.indexOf("::", line.start), end),
    alt,
    ...(alt === "" && !options.has("alt")
      ? { altSlot: { at: end, text: (text) => `\n${margin}:alt: ${text}` } }
      : {}),
    ...(link ? { link } : {}),
    range: { start: line.start, end },
  };
}

interface Option {
  readonly value: string;
  readonly range: Range;
}

/** The options right below a directive; a line that is indented deeper continues the one above it. */
function optionsOf(lines: readonly Line[], at: number): ReadonlyMap<string, Option> {
  const options = new Map<string, Option>();
  const indent = lines[at]?.indent ?? 0;
  let name = "";
  for (const line of lines.slice(at + 1)) {
    if (line.text.trim() === "" || line.indent <= indent) break;
    const [, key, value = ""] = OPTION.exec(line.text) ?? [];
    const previous = options.get(name);
    const range = { start: line.start, end: line.start + line.text.length };
    if (key !== undefined) {
      name = key;
      options.set(name, { value: value.trim(), range });
    } else if (previous !== undefined) {
      options.set(name, { ...previous, value: `${previous.value} ${line.text.trim()}`.trim() });
    }
  }
  return options;
}

function linkOf(
  { value, range }: Option,
  page: string,
  targets: ReadonlyMap<string, Written>,
): Written | undefined {
  const name = /^`?(.*?)`?_$/u.exec(value)?.[1];
  const named = name === undefined ? undefined : targets.get(name.toLowerCase());
  if (named !== undefined) return named;
  return value === "" ? undefined : written(page, value, range.start, range.end);
}

/** Named addresses: `.. _name: https://...` */
function targetsIn(lines: readonly Line[], page: string): ReadonlyMap<string, Written> {
  const targets = new Map<string, Written>();
  for (const { text, start } of lines) {
    const [, name = "", address = ""] = /^\s*\.\.\s+_`?([^:`]+)`?:\s+(\S+)\s*$/u.exec(text) ?? [];
    if (address === "") continue;
    const from = start + text.lastIndexOf(": ");
    targets.set(name.toLowerCase(), written(page, address, from, start + text.length));
  }
  return targets;
}

function linesOf(page: string): Line[] {
  let start = 0;
  return page.split("\n").map((raw) => {
    const text = raw.replace(/\r$/u, "");
    const line = { text, start, indent: text.length - text.trimStart().length };
    start += raw.length + 1;
    return line;
  });
}
