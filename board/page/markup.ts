const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as HTML or SVG, in an element or in a quoted attribute; what XML cannot hold is replaced. */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"']/gu, (char) => ENTITIES[char] ?? char)
    .replace(NO_CHARACTER, "\ufffd");
}

// https://www.w3.org/TR/xml/#charsets
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to find
const NO_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu;
