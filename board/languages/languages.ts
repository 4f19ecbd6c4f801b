import { readdirSync } from "node:fs";

const FOLDER = new URL(".", import.meta.url);

/** The languages that there are texts of: files LANGUAGE.json in this folder. */
export function languages(): string[] {
  const tags = readdirSync(FOLDER).flatMap((name) => /^([a-z]{2,3})\.json$/u.exec(name)?.[1] ?? []);
  return tags.toSorted();
}
