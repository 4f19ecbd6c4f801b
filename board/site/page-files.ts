import { readFile } from "node:fs/promises";
import { minifySync } from "rolldown/utils";

const SITE = new URL(".", import.meta.url);
const SCRIPTS = ["board.js", "theme.js", "tv.js"];
const COPIED = ["icon.svg"];

/** The files beside the pages, by their paths below the site; scripts without what only their readers need. */
export async function pageFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of SCRIPTS) files.set(name, minified(name, await textOf(name)));
  for (const name of COPIED) files.set(name, await textOf(name));
  return files;
}

function textOf(name: string): Promise<string> {
  return readFile(new URL(name, SITE), "utf8");
}

function minified(name: string, text: string): string {
  const { code, errors } = minifySync(name, text, { module: true });
  const [error] = errors;
  if (error !== undefined) throw error;
  return code;
}
