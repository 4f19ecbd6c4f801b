const MOST_BRACKETS = 100; // open at a time; a configuration needs 6
const MOST_DASHES = 200; // "- - - -" in one line
const MOST_INDENT = 500; // spaces

/**
 * Whether a YAML text may be nested so deeply that its parser, which is recursive, would run out of memory. It counts
 * brackets and dashes inside of texts as well, so it says yes too often, but never for what a person would write.
 */
export function isTooDeep(yaml: string): boolean {
  return hasOpenBrackets(yaml) || yaml.split("\n").some(isDeepLine);
}

function hasOpenBrackets(yaml: string): boolean {
  let open = 0;
  for (const [bracket] of yaml.matchAll(/[[\]{}]/gu)) {
    open = bracket === "[" || bracket === "{" ? open + 1 : Math.max(0, open - 1);
    if (open > MOST_BRACKETS) return true;
  }
  return false;
}

function isDeepLine(line: string): boolean {
  if (line.length <= MOST_DASHES) return false;
  const indent = line.length - line.trimStart().length;
  return indent > MOST_INDENT || (line.match(/[-?]\s/gu)?.length ?? 0) > MOST_DASHES;
}
