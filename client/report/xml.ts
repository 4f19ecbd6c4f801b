/** Text for XML 1.0, in an element or a quoted attribute. Characters that XML cannot hold at all become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.codePointAt(0)};`);
}

/** Attributes as they stand in a tag; those without a value are left out. */
export function attributes(
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${escapeXml(String(value))}"`)
    .join(" ");
}
