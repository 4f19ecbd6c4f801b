import { SaxesParser } from "saxes";

/** An element with the text directly in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The elements of a document, strictly read; throws where it is not well-formed. */
export function elementsOf(xml: string): Element[] {
  const parser = new SaxesParser();
  const elements: Array<{ name: string; attributes: Record<string, string>; text: string }> = [];
  const open: typeof elements = [];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, text: "" };
    elements.push(element);
    open.push(element);
  });
  parser.on("text", (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.on("closetag", () => open.pop());
  parser.write(xml).close();
  return elements;
}
