import { readdir, readFile } from "node:fs/promises";
import { languages } from "./languages.ts";
import { makeTexts, TextError, type Texts } from "./texts.ts";

const FOLDER = new URL(".", import.meta.url);

/**
 * Reads the texts of a language: LANGUAGE.json, and PART.LANGUAGE.json of each part that has its own. "de-AT" has the texts of
 * "de" and its own way to write numbers and times. Throws TextError for a language that there is no file of.
 */
export async function loadTexts(
  language: string,
  own: Readonly<Record<string, string>> = {},
): Promise<Texts> {
  const known = languages();
  const base = new Intl.Locale(language).language;
  if (!known.includes(base)) {
    throw new TextError(
      `There are no texts in "${language}"; there are: ${known.join(", ")}. Change "language" in the configuration.`,
    );
  }
  const names = await readdir(FOLDER);
  const parts = names.filter((name) => name.endsWith(`.${base}.json`) || name === `${base}.json`);
  const texts = await Promise.all(parts.toSorted().map(readTexts));
  return makeTexts(language, Object.assign({}, ...texts), own);
}

async function readTexts(name: string): Promise<Record<string, string>> {
  const text = await readFile(new URL(name, FOLDER), "utf8");
  return JSON.parse(text) as Record<string, string>; // our own file, whose form a test checks
}
