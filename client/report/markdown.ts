/**
 * Text of strangers as Markdown that shows it as it is: whatever could be markup becomes a character reference, so neither
 * HTML, nor tables, links, images, mathematics or mentions come of it. Line breaks become spaces; control characters, and those that
 * change the direction of text, are dropped.
 * https://github.github.com/gfm/#entity-and-numeric-character-references
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\t\n\r\u2028\u2029]+/g, " ")
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/[&<>"'`*_[\]()#|\\~!@$^{}]/g, reference)
    .replace(/:(?=\/\/)/g, reference)
    .replace(/(?<=\bwww)\./gi, reference);
}

function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

/** A row of a table; the cells are Markdown already. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

/** The head of a table with these columns. */
export function heading(columns: readonly string[]): string {
  return row(columns) + row(columns.map(() => "---"));
}

/** At most so many characters, an ellipsis included. */
export function cut(text: string, characters: number): string {
  return text.length > characters
    ? `${text.slice(0, characters - 1).replace(/[\ud800-\udbff]$/, "")}…`
    : text;
}
