/** A string with its colon, where it is a key, or a bracket. Text is valid JSON, so that no string is left open. */
const PIECE = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/gu;

/** A key that an object of valid JSON has twice; parsers keep the last of them, other readers the first. Linear. */
export function doubleKeyIn(json: string): string | undefined {
  const open: Array<Set<string>> = [];
  for (const [piece, text, colon] of json.matchAll(PIECE)) {
    if (piece === "{" || piece === "[") open.push(new Set());
    else if (piece === "}" || piece === "]") open.pop();
    else if (text !== undefined && colon !== undefined) {
      const key = String(JSON.parse(text));
      const keys = open.at(-1);
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
