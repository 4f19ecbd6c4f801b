/** An element of XML; texts and values may be anything. */
export type Xml =
  | string
  | {
      readonly name: string;
      readonly attributes?: Readonly<Record<string, string>>;
      readonly children?: readonly Xml[];
    };

/** An XML 1.0 document of one element, in UTF-8. Characters that XML has no way to write are left out. */
export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${textOf(root)}\n`;
}

function textOf(node: Xml): string {
  if (typeof node === "string") return escapeXml(node);
  const { name, attributes = {}, children = [] } = node;
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  if (children.length === 0) return `<${name}${pairs.join("")}/>`;
  return `<${name}${pairs.join("")}>${children.map(textOf).join("")}</${name}>`;
}

/** Everything but Char of https://www.w3.org/TR/xml/#charsets */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

function escapeXml(text: string): string {
  return text
    .replace(NOT_XML, "")
    .replace(/[&<>"'\r\n\t]/gu, (character) => `&#${character.codePointAt(0)};`);
}
