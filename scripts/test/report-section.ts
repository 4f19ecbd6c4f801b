import { readFile, writeFile } from "node:fs/promises";

/** A section of a document that a program writes, between two comments that name it; the rest is people's. */
export function withSection(text: string, name: string, body: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`The document has no section ${name}; expected "${begin}" and "${end}" in it.`);
  return `${text.slice(0, from)}${begin}\n\n${body.trim()}\n\n${text.slice(to)}`;
}

/** What the section holds now. */
export function sectionOf(text: string, name: string): string {
  const [, section = ""] = text.split(`<!-- begin ${name} -->`);
  return (section.split(`<!-- end ${name} -->`)[0] ?? "").trim();
}

/** Writes that section of a file. */
export async function writeSection(file: string, name: string, body: string): Promise<void> {
  await writeFile(file, withSection(await readFile(file, "utf8"), name, body));
}
