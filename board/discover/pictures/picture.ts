/** A stretch of a text, in UTF-16 units; `end` is the first that is not part of it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** An address in a file, and where it is written; without a range where that cannot be told. */
export interface Written {
  readonly address: string;
  readonly range?: Range;
  /** It is written as HTML writes it, with "&amp;". */
  readonly isEscaped?: boolean;
}

/** A picture in a page that people read. */
export interface Picture {
  readonly form: "markdown" | "html" | "rst";
  readonly source: Written;
  /** Empty where there is none. */
  readonly alt: string;
  /** Where an alternative text can be put, and how, if there is none. */
  readonly altSlot?: { readonly at: number; readonly text: (alt: string) => string };
  readonly link?: Written;
  /** The picture as a whole. */
  readonly range: Range;
}

/** Where a text stands within another one, from an index on. */
export function rangeOf(
  whole: string,
  part: string,
  from: number,
  until: number,
): Range | undefined {
  const start = part === "" ? -1 : whole.indexOf(part, from);
  return start < 0 || start + part.length > until ? undefined : { start, end: start + part.length };
}

/** An address that is to be found between two offsets of a page, as it is or escaped. */
export function written(page: string, address: string, from: number, until: number): Written {
  const plain = rangeOf(page, address, from, until);
  if (plain !== undefined) return { address, range: plain };
  const escaped = rangeOf(page, escapedForHtml(address), from, until);
  return escaped === undefined ? { address } : { address, range: escaped, isEscaped: true };
}

/** A text as HTML writes it, also in the value of a quoted attribute. */
export function escapedForHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
