const SYMBOL_WORDS: ReadonlyArray<readonly [RegExp, string]> = [
  [/[✓✔✅☑🟢]/gu, " passed "],
  [/[✗✘✕✖❌❎🔴]/gu, " failed "],
  [/[⚠🟡🟠]/gu, " warning "],
  [/➟/gu, " skipped "], // the third column of shields' compact test results
  [/[’‘ʼ]/gu, "'"],
];

const PLAIN = /^[\x20-\x7e]*$/u;

/**
 * Text as it is shown: compatibility forms folded, nothing invisible, nothing that turns the direction of writing,
 * no half of a character, single spaces, trimmed.
 */
export function tidy(text: string): string {
  if (PLAIN.test(text)) return text.includes("  ") ? text.replace(/ +/gu, " ").trim() : text.trim();
  return text
    .toWellFormed()
    .normalize("NFKC")
    .replace(/[^\S\ufeff]+/gu, " ") // that one is called a blank, and has no width
    .replace(/\p{Cf}|\p{Cc}|\p{Default_Ignorable_Code_Point}|\u2800/gu, "")
    .trim();
}

/**
 * Text as words are compared: lower case, `camelCase`, `snake_case` and hyphens as separate words,
 * marks such as a tick as the word they stand for. Linear in the length of the text.
 */
export function comparable(text: string): string {
  const plain = tidy(text);
  if (SIMPLE.test(plain)) return plain;
  return spellOut(plain)
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .replace(/(\d),(?=\d{3}(?!\d))/gu, "$1")
    .replace(/(\d) (?=%)/gu, "$1")
    .replace(/_/gu, " ")
    .replace(/(?<=[\p{L}\p{N}])[‐‑-](?=[\p{L}\p{N}])/gu, " ")
    .replace(/ +/gu, " ")
    .trim();
}

/** Lower-case words and numbers: nothing to replace. */
const SIMPLE = /^[a-z0-9. ]*$/u;

function spellOut(text: string): string {
  if (PLAIN.test(text)) return text;
  let plain = text;
  for (const [symbol, word] of SYMBOL_WORDS) plain = plain.replace(symbol, word);
  return plain;
}

/** Drops the given marks from both ends; a loop, because a pattern for it backtracks. */
export function trimMarks(text: string, marks: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && marks.includes(text.charAt(start))) start += 1;
  while (end > start && marks.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
